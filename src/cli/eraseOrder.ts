import type { Clock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import type { EvidenceLog } from '../evidence/index.ts'
import type { EraseOrder, OrderResult } from '../queue/index.ts'
import type { QueueDatabase } from '../store/index.ts'
import { software } from './version.ts'

interface Hands {
  readonly store: QueueDatabase
  readonly log: EvidenceLog
  readonly clock: Clock
  /** Nothing is sent by whoever has the queue. */
  readonly idle?: boolean
}

/**
 * Erases people from the queue; undefined where that has to wait: for a message that is in flight, as its outcome is still to
 * be written, or for somebody who reads the file. What waits is not sent meanwhile: the suppression list knows them already.
 */
export async function carryOutErase(order: EraseOrder, hands: Hands): Promise<OrderResult | undefined> {
  const { store } = hands
  const count = store.carriedOut(order.id) ?? (await erase(order, hands))
  if (count === undefined) return undefined
  try {
    await store.scrub()
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_STORE_IN_USE') return undefined
    throw error
  }
  return { kind: 'done', count }
}

/** How many messages; undefined where one is in flight. */
async function erase({ id, addressKeys, found }: EraseOrder, { store, log, clock, idle }: Hands): Promise<number | undefined> {
  if (idle) await store.recover()
  const messages = store.messagesTo(addressKeys)
  if (messages.some(({ state }) => state === 'leased')) return undefined
  // Numbers alone, and before it is done: who reads there finds why the keys of some attempts are gone.
  const dropped = messages.filter(({ waits }) => waits).length
  const detail = { order: id, people: addressKeys.length, messages: messages.length, dropped, ...found, software }
  log.append({ kind: 'act', time: new Date(clock.now()).toISOString(), act: 'erased', detail })
  await log.flush()
  return (await store.eraseMessages(id, addressKeys, clock.now()))?.erased
}
