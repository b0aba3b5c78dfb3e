import { hash } from 'node:crypto'
import type { ActEntry, AttemptFacts, IndexedLeaf, SessionFacts, SessionRef } from '../evidence/index.ts'
import { type Reply, replyText } from '../smtp/index.ts'
import type { Outcome } from '../smtpclient/index.ts'
import type { Classified } from './classify/index.ts'
import type { QueueItem } from './store.ts'

/** Where evidence goes; the log of `evidence/` is one. What `flush` has resolved for is on the disk. */
export interface Recorder {
  session(facts: SessionFacts): SessionRef
  /** Its leaf in the log. */
  attempt(facts: AttemptFacts): number
  act(entry: ActEntry): number
  flush(): Promise<void>
  /** What is on the disk, from the last leaf backwards. */
  readBackwards(): AsyncIterable<IndexedLeaf>
}

/** One try to hand over a message, as the evidence is made from it. */
export interface Tried {
  readonly item: QueueItem
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly session: SessionRef
  readonly message: SentMessage
  readonly outcome: Outcome
  readonly result: Classified
}

/** A message's octets, as the evidence has them. */
export interface SentMessage {
  readonly sha256: Uint8Array
  readonly octets: number
}

/** Letters of a reply that are kept: what a person can read, and a server cannot fill a disk with. */
const mostReply = 1_000

export function digestMessage(octets: Buffer): SentMessage {
  return { sha256: hash('sha256', octets, 'buffer'), octets: octets.length }
}

/** Facts of an attempt that this program saw itself. */
export function describeAttempt({ item, time, session, message, outcome, result }: Tried): AttemptFacts {
  const reply = replyOf(outcome)
  return {
    time,
    ...describeMessage(item),
    session,
    message: message.sha256,
    octets: message.octets,
    outcome: result.outcome,
    code: result.code ?? null,
    enhanced: result.enhanced ?? null,
    reply: reply ? replyText(reply).slice(0, mostReply) : null,
    strength: 'observed',
    claim: null,
  }
}

/** Which attempt it is, of which message. */
export function describeMessage({
  key,
  attempt,
  address,
  campaign,
  domain,
  leaf,
}: Pick<QueueItem, 'key' | 'attempt' | 'address' | 'campaign' | 'domain' | 'leaf'>) {
  return { key, number: attempt, address, campaign, domain, previous: leaf ?? null } satisfies Partial<AttemptFacts>
}

/** The reply that settled it; of what was broken off there is none. */
function replyOf(outcome: Outcome): Reply | undefined {
  return 'reply' in outcome ? outcome.reply : undefined
}
