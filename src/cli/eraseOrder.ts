import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { type EvidenceLog, attemptKey, commit } from '../evidence/index.ts'
import { type EraseOrder, type OrderResult, recoverQueue } from '../queue/index.ts'
import {
  type ClaimTarget,
  OpeningsReader,
  type QueueDatabase,
  SqliteClaimBox,
  claimsName,
  emptyOpeningsLog,
  eraseOpenings,
  scrubFileUnlessRead,
} from '../store/index.ts'
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
 * Erases people from the queue, from what providers claimed, and what opens the evidence of messages to them; undefined where
 * that has to wait: for a message that is in flight, as its outcome is still to be written, or for somebody who reads the files.
 * What waits is not sent meanwhile: the suppression list knows them already.
 */
export async function carryOutErase(order: EraseOrder, hands: Hands): Promise<OrderResult | undefined> {
  const { store, settings } = hands
  try {
    const count = store.carriedOut(order.id) ?? (await erase(order, hands))
    if (count === undefined) return undefined
    emptyOpeningsLog(settings.data)
    scrubFileUnlessRead(join(settings.data, claimsName))
    // Last: it takes longest, and is done anew where one of the others has to wait.
    await store.scrub()
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
  const ids = messages.map((message) => message.id)
  using box = existsSync(join(settings.data, claimsName)) ? SqliteClaimBox.open(settings.data) : undefined
  // Numbers alone, and before it is done: who reads there finds why the keys of some attempts are gone.
  const dropped = messages.filter(({ waits }) => waits).length
  const claims = box?.countOf(ids) ?? 0
  log.act({
    act: 'erased',
    detail: { order: id, people: addressKeys.length, messages: messages.length, dropped, claims, ...found, software },
  })
  await log.flush()
  // First, as the messages lead to them.
  const leaves = messages.flatMap(({ leaf }) => (leaf === undefined ? [] : [leaf]))
  const claimed = box ? await findClaims(box, store.claimTargets(ids), hands) : []
  await eraseOpenings(settings.data, [...leaves, ...claimed], addressKeys)
  box?.erase(ids, addressKeys)
  const erased = await store.eraseMessages(id, addressKeys, clock.now())
  // A server that had looked a message up before may have kept one more.
  if (erased) box?.erase(ids, addressKeys)
  return erased?.erased
}

/**
 * Leaves of claims about messages, in the chain of attempts or not: one that came while its message was tried again is behind
 * none. Each is proved to be about its message: after a queue was put back its number may have been another's.
 */
async function findClaims(
  box: SqliteClaimBox,
  targets: readonly ClaimTarget[],
  { log, settings }: Pick<Hands, 'log' | 'settings'>,
): Promise<readonly number[]> {
  using openings = OpeningsReader.open(settings.data)
  const byId = new Map(targets.map((target) => [target.id, target]))
  const found: number[] = []
  for (const { message, leaf } of box.leavesOf([...byId.keys()])) {
    const target = byId.get(message)
    const number = openings?.attempt(leaf)?.number
    if (target && number !== undefined && (await isOf(target, number, leaf, log))) found.push(leaf)
  }
  return found
}

async function isOf({ key, address }: ClaimTarget, number: number, at: number, log: EvidenceLog): Promise<boolean> {
  for await (const { leaf } of log.readFrom(at))
    return leaf.kind === 'attempt' && leaf.recipient === commit(attemptKey(key, number), 'recipient', address)
  return false
}
