import type { Level, Policy } from '../policy/index.ts'
import type { Credentials } from '../smtpclient/index.ts'
import type { Source } from '../starttls/index.ts'
import type { Route } from './destination.ts'
import type { MessageSource } from './item.ts'
import type { JobPace } from './limit/index.ts'
import type { RetrySchedule } from './schedule.ts'
import type { Expiry } from './store.ts'

/** One campaign that is being sent. */
export interface Job {
  /** Its name in the queue. */
  readonly campaign: string
  readonly route: Route
  readonly source: MessageSource
  /**
   * @param hosts where the domain's mail goes
   * @param released the level that a person released messages to this domain to
   */
  readonly decidePolicy: (domain: string, hosts: readonly string[], released: Level | undefined) => Promise<Policy>
  readonly credentials: Credentials | undefined
  /** Addresses of this machine that its connections leave from; those of the run where left out. */
  readonly localAddresses?: Source
  readonly schedule: RetrySchedule
  /** How long a message is held, in milliseconds, and what becomes of it then. */
  readonly held: { readonly untilMs: number; readonly then: Expiry['then'] }
  /** How quickly it may go out; as quickly as the destinations take it where this is left out. */
  readonly pace?: JobPace
}
