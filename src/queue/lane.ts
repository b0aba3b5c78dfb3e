import type { Entry } from '../evidence/index.ts'
import type { Policy } from '../policy/index.ts'
import type { Destination } from './destination.ts'
import type { MessageSource, QueueStore } from './item.ts'
import type { ReachOptions } from './reach.ts'
import type { RetrySchedule } from './schedule.ts'

/** Where evidence goes; the log of `evidence/` is one. */
export interface Recorder {
  append(entry: Entry): void
  /** Resolves when all that was appended is on the disk and signed. */
  flush(): Promise<void>
}

export interface LaneOptions extends ReachOptions {
  readonly campaign: string
  readonly store: QueueStore
  readonly source: MessageSource
  readonly recorder: Recorder
  readonly schedule: RetrySchedule
  /** Connections of one lane. */
  readonly connections: number
  readonly messagesPerConnection: number
  /** Messages leased at a time by one connection. */
  readonly batch: number
  readonly random: () => number
  /** Name and version of this program, for the evidence. */
  readonly software: string
  /** Called after messages were settled. */
  readonly onSettled: () => void
}

/** Domains that share their hosts and what is demanded of them, and so share connections. */
export interface Lane {
  readonly key: string
  readonly destination: Extract<Destination, { kind: 'hosts' }>
  readonly policy: Policy
  /** When that was found; milliseconds since the epoch. */
  foundAt: number
  /** Those with messages left to send. More may come in while the lane is at work. */
  readonly domains: Set<string>
  /** Messages due when their domains came in. */
  count: number
}

/** Milliseconds for which a lane may go by what was found; the resolver keeps answers for as long as they hold anyway. */
const freshMs = 300_000

/**
 * Whether what a lane goes by must be looked up again before more is sent: it may have waited for its turn, or be long,
 * and keys are rolled over and policies published meanwhile. A relay that the user named has neither.
 */
export function isStale({ destination, foundAt }: Lane, now: number): boolean {
  return destination.source === 'dns' && now - foundAt > freshMs
}
