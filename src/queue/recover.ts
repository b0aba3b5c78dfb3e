import type { Clock } from '../clock.ts'
import { type AttemptLeaf, type SessionLeaf, attemptKey, commit } from '../evidence/index.ts'
import { type Recorder, describeMessage } from './record.ts'
import { describeTls } from './session.ts'
import type { InFlightMessage, QueueStore, Settlement } from './store.ts'

export interface RecoverOptions {
  readonly store: Pick<QueueStore, 'inFlight' | 'settle' | 'recover'>
  readonly recorder: Recorder
  readonly clock: Clock
  readonly software: string
}

/** What the evidence has of an attempt that the queue takes for begun. */
interface Recorded {
  readonly leaf: number
  readonly attempt: Pick<AttemptLeaf, 'outcome' | 'code' | 'enhanced'>
  /** Undefined where none was found, or none is known. */
  readonly session: SessionLeaf | undefined
}

/** Attempts that are written down without waiting for the disk. */
const mostUnflushed = 5_000

/** Leaves that are read beyond for the sessions of attempts that were found: a connection may carry many messages. */
const mostForSessions = 200_000

/**
 * Brings queue and evidence together after a crash. A message that was in flight and of which the evidence has the end is
 * settled by it, and not sent again; of the others the evidence says that nobody knows, and they go back in line.
 */
export async function recoverQueue({ store, recorder, clock, software }: RecoverOptions): Promise<void> {
  const { messages, settledTo = -1 } = await store.inFlight()
  if (messages.length > 0) {
    const found = await findRecorded(messages, settledTo, recorder)
    const now = clock.now()
    const counts = { delivered: 0, failed: 0, putOff: 0, unknown: 0 }
    const settlements: Settlement[] = []
    for (const message of messages) {
      const recorded = found.get(message.id) ?? recordUnknown(message, now, recorder)
      counts[countOf(recorded)] += 1
      settlements.push(settlementOf(message, recorded, now))
      // A log bounds what waits for the disk. What is said twice over a kill is found the second time.
      if (!found.has(message.id) && counts.unknown % mostUnflushed === 0) await recorder.flush()
    }
    recorder.act({ act: 'log-recovered', detail: { inFlight: messages.length, ...counts, software } })
    // On the disk before the queue says what rests on it, as always.
    await recorder.flush()
    await store.settle(settlements, now)
  }
  await store.recover()
}

/** Looks for the attempts from the end of the log backwards, as far as there may be any that no row rests on yet. */
async function findRecorded(
  messages: readonly InFlightMessage[],
  settledTo: number,
  recorder: Recorder,
): Promise<ReadonlyMap<number, Recorded>> {
  const open = new Map(messages.map((message) => [commitRecipient(message), message.id]))
  const attempts = new Map<number, { readonly index: number; readonly leaf: AttemptLeaf }>()
  const sessions = new Map<string, SessionLeaf | undefined>()
  let missing = 0
  let beyond = 0
  for await (const { index, leaf } of recorder.readBackwards()) {
    const searching = index > settledTo && open.size > 0
    if (!searching && (missing === 0 || ++beyond > mostForSessions)) break
    if (searching && leaf.kind === 'attempt') {
      const id = open.get(leaf.recipient)
      // What a provider claims of a message came after it was settled, and settles nothing.
      if (id === undefined || leaf.strength === 'claimed') continue
      open.delete(leaf.recipient)
      attempts.set(id, { index, leaf })
      if (leaf.session === null || sessions.has(leaf.session)) continue
      sessions.set(leaf.session, undefined)
      missing += 1
    } else if (leaf.kind === 'session' && sessions.has(leaf.id) && !sessions.get(leaf.id)) {
      sessions.set(leaf.id, leaf)
      missing -= 1
    }
  }
  const recorded = [...attempts].map(([id, { index, leaf }]) => {
    const session = leaf.session === null ? undefined : sessions.get(leaf.session)
    return [id, { leaf: index, attempt: leaf, session }] as const
  })
  return new Map(recorded)
}

/** Nothing in the log names the recipient; whoever has the queue has the key, and works it out again. */
function commitRecipient({ key, attempt, address }: InFlightMessage): string {
  return commit(attemptKey(key, attempt), 'recipient', address)
}

/** It was begun, and may have been taken. */
function recordUnknown(message: InFlightMessage, time: number, recorder: Recorder): Recorded {
  const attempt = { outcome: 'unknown', code: null, enhanced: null } as const
  const nothing = { session: null, message: null, octets: null, reply: null, claim: null }
  const leaf = recorder.attempt({ time, ...describeMessage(message), ...attempt, ...nothing, strength: 'unknown' })
  return { leaf, attempt, session: undefined }
}

function countOf({ attempt: { outcome } }: Recorded): 'delivered' | 'failed' | 'putOff' | 'unknown' {
  return outcome === 'deferred' || outcome === 'reply-lost' ? 'putOff' : outcome
}

const ends = { delivered: 'sent', failed: 'failed', putOff: 'deferred', unknown: 'deferred' } as const
const reasons = {
  delivered: 'delivered in a run that was broken off: the evidence was found, and the row settled by it',
  failed: 'refused for good in a run that was broken off: the evidence was found, and the row settled by it',
  putOff: 'put off in a run that was broken off, as the evidence says',
  unknown: 'in flight when the last run ended',
} as const

function settlementOf({ id, domainId }: InFlightMessage, recorded: Recorded, now: number): Settlement {
  const { attempt, session, leaf } = recorded
  const count = countOf(recorded)
  const state = ends[count]
  return {
    id,
    domainId,
    state,
    nextAt: state === 'deferred' ? now : 0,
    reason: reasons[count],
    class: undefined,
    code: attempt.code ?? undefined,
    enhanced: attempt.enhanced ?? undefined,
    verdict: session?.verdict ?? 'not-tested',
    // Committed to, as a rule: what opens it is not in the log.
    host: typeof session?.peer === 'object' ? session.peer.host : undefined,
    tls: describeTls(session?.tls ?? undefined),
    leaf,
  }
}
