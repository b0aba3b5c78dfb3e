import type { Clock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import type { EvidenceLog } from '../evidence/index.ts'
import { type EraseOrder, type OrderResult, recoverQueue } from '../queue/index.ts'
import { type QueueDatabase, emptyOpeningsLog, eraseOpenings } from '../store/index.ts'
import type { Settings } from '../settings/index.ts'
import { software } from './version.ts'

interface Hands {
  readonly store: QueueDatabase
  readonly log: EvidenceLog
  readonly clock: Clock
  readonly settings: Pick<Settings, 'data'>
  /** Nothing is sent by whoever has the queue. */
  readonly idle?: boolean
}

/**
 * Erases people from the queue, and what opens the evidence of messages to them; undefined where that has to wait: for a
 * message that is in flight, as its outcome is still to be written, or for somebody who reads the files. What waits is not sent
 * meanwhile: the suppression list knows them already.
 */
export async function carryOutErase(order: EraseOrder, hands: Hands): Promise<OrderResult | undefined> {
  const { store } = hands
  try {
    const count = store.carriedOut(order.id) ?? (await erase(order, hands))
    if (count === undefined) return undefined
    await store.scrub()
    emptyOpeningsLog(hands.settings.data)
    return { kind: 'done', count }
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_STORE_IN_USE') return undefined
    throw error
  }
}

/** How many messages; undefined where one is in flight. */
async function erase({ id, addressKeys, found }: EraseOrder, hands: Hands): Promise<number | undefined> {
  const { store, log, clock, settings, idle } = hands
  // While the keys are there by which the evidence can be asked what became of them.
  if (idle) await recoverQueue({ store, recorder: log, clock, software })
  const messages = store.messagesTo(addressKeys)
  if (messages.some(({ state }) => state === 'leased')) return undefined
  // Numbers alone, and before it is done: who reads there finds why the keys of some attempts are gone.
  const dropped = messages.filter(({ waits }) => waits).length
  log.act({
    act: 'erased',
    detail: { order: id, people: addressKeys.length, messages: messages.length, dropped, ...found, software },
  })
  await log.flush()
  // First, as the messages lead to them.
  const leaves = messages.flatMap(({ leaf }) => (leaf === undefined ? [] : [leaf]))
  await eraseOpenings(settings.data, leaves, addressKeys)
  return (await store.eraseMessages(id, addressKeys, clock.now()))?.erased
}
