import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import type { EvidenceLog } from '../evidence/index.ts'
import type { Order, OrderResult } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import { OrderBook, QueueDatabase } from '../store/index.ts'
import { type OrderHands, carryOutWaiting } from './carryOrders.ts'
import { closeEvidence, openEvidence } from './evidence.ts'

/** Milliseconds that a sender is given to carry an order out, and between two looks whether it has. */
const patience = { allMs: 15_000, lookMs: 200, openEvery: 5 } as const

/** What an order needs that everybody who gives one has. */
export function signOrder(clock: Clock = systemClock): Pick<Order, 'id' | 'at' | 'by'> {
  return { id: randomUUID(), at: clock.now(), by: nameUser() }
}

/** The queue and the evidence of a data folder, where nobody else has them in hand. */
export interface OwnHands extends AsyncDisposable {
  readonly store: QueueDatabase
  readonly log: EvidenceLog
}

/**
 * Takes queue and evidence in hand.
 *
 * @returns undefined where somebody else has them
 * @throws SealpostError SP_STORE_DAMAGED, SP_LOG_DAMAGED, SP_PASSPHRASE_MISSING, SP_PASSPHRASE_WRONG, SP_KEY_MISSING, SP_DISK_FULL
 */
export async function takeInHand(settings: Settings): Promise<OwnHands | undefined> {
  const store = await openUnlessInUse(settings.data)
  if (!store) return undefined
  try {
    const log = await openEvidence(settings, store)
    const letGo = async (): Promise<void> => {
      try {
        await closeEvidence(log, store)
      } finally {
        await store[Symbol.asyncDispose]()
      }
    }
    return { store, log, [Symbol.asyncDispose]: letGo }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

/** How an order is given. */
interface Giving {
  readonly clock?: Clock
  /** Where who gives it has the queue in hand. */
  readonly hands?: OwnHands | undefined
}

/**
 * Writes an order down, and carries it out: here where nobody has the queue in hand, or by the process that has. The
 * order is on the disk first: whoever dies meanwhile, it is carried out once, by the next who has the queue.
 *
 * @returns undefined where the sender did not come to it in time: it will
 * @throws SealpostError SP_FILE_MISSING, SP_STORE_DAMAGED, SP_LOG_DAMAGED, SP_DISK_FULL
 */
export async function giveOrder(
  order: Order,
  settings: Settings,
  { clock = systemClock, hands }: Giving = {},
): Promise<OrderResult | undefined> {
  const { data: folder } = settings
  // The first campaign makes the queue.
  if (order.kind !== 'schedule' && !existsSync(join(folder, 'queue.db')))
    throw new SealpostError('SP_FILE_MISSING', {
      where: folder,
      what: 'There is no queue in the data folder',
      next: 'Name the settings of a campaign that was sent.',
    })
  using book = OrderBook.open(folder)
  book.put(order)
  const until = clock.now() + patience.allMs
  for (let look = 0; ; look++) {
    if (look % patience.openEvery === 0) await tryMyself(order, { settings, book, clock, hands })
    const result = book.result(order.id)
    if (result || clock.now() >= until) return result
    await clock.sleep(patience.lookMs)
  }
}

interface Trying extends Pick<OrderHands, 'settings' | 'book' | 'clock'> {
  readonly hands: OwnHands | undefined
}

/** Carries out all that waits, older orders first, where nobody else has the queue. */
async function tryMyself(order: Order, { settings, book, clock, hands }: Trying): Promise<void> {
  try {
    if (hands) return await carryOutWaiting({ ...hands, book, clock, settings, idle: true })
    const own = await takeInHand(settings)
    if (!own) return
    try {
      await carryOutWaiting({ ...own, book, clock, settings, idle: true })
    } finally {
      await own[Symbol.asyncDispose]()
    }
  } catch (error) {
    // It is told that it was not done, so it shall not be done later.
    if (error instanceof SealpostError && !book.result(order.id)) {
      const refused: OrderResult = { kind: 'refused', why: error.what.slice(0, 1_000) }
      if (order.kind === 'erase') book.finishErase(order, refused, clock.now())
      else book.finish(order.id, refused, clock.now())
    }
    throw error
  }
}

/** Undefined where somebody else has it in hand. */
export async function openUnlessInUse(folder: string): Promise<QueueDatabase | undefined> {
  try {
    return await QueueDatabase.open(folder)
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_STORE_IN_USE') return undefined
    throw error
  }
}

function nameUser(): string {
  try {
    return userInfo().username.slice(0, 200)
  } catch {
    // A user id without an entry in the list of users, as in containers.
    return String(process.getuid?.() ?? 'unknown')
  }
}
