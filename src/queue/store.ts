import type { Level } from '../policy/index.ts'
import type { Addressee } from './suppression.ts'

/**
 * States of a message in the queue. `waiting` was never tried; `leased` is in flight; `held` waits for encryption; the
 * last five are the end.
 */
export const states = ['waiting', 'deferred', 'held', 'leased', 'sent', 'failed', 'dropped', 'exported', 'suppressed'] as const

export type State = (typeof states)[number]

/** The messages of one campaign to one domain, at one level: what waits, is resolved and is sent together. */
export interface DueDomain {
  readonly id: number
  readonly campaign: string
  readonly domain: string
  /** A level that a person released these messages to; undefined for the campaign's own. */
  readonly level: Level | undefined
}

/** Where a message is found in the queue. */
export interface MessagePlace {
  readonly id: number
  readonly domainId: number
}

/** A message of the queue, leased to be sent. */
export interface QueueItem extends MessagePlace {
  readonly campaign: string
  readonly domain: string
  readonly address: string
  /** Equal for addresses that count as the same. */
  readonly addressKey: string
  /** The list's row as JSON, parsed by whoever needs it. */
  readonly columns: string
  /** The recipient's own random key for the evidence, 32 octets. */
  readonly key: Uint8Array
  /** This attempt's number, from 1. */
  readonly attempt: number
  /** Milliseconds since the epoch: when the campaign took it in. */
  readonly createdAt: number
  /** Milliseconds since the epoch: when it was first leased; undefined where this is the first time. */
  readonly firstTriedAt: number | undefined
  /** The leaf of its last attempt in the evidence; undefined where there was none, or the evidence was of the former kind. */
  readonly leaf: number | undefined
  /** Milliseconds since the epoch: when it, or its destination, was first tried; giving up counts from then. Undefined where neither was. */
  readonly begunAt: number | undefined
}

/** What became of an attempt, to be written to the queue. */
export interface Settlement extends MessagePlace {
  readonly state: Exclude<State, 'leased'>
  /** Milliseconds since the epoch: when to try again; 0 where it is settled for good, and nowhere else. */
  readonly nextAt: number
  readonly reason: string
  /** What kind of trouble it was (`queue/classify`). */
  readonly class: string | undefined
  readonly code: number | undefined
  readonly enhanced: string | undefined
  readonly verdict: string
  readonly host: string | undefined
  readonly tls: string | undefined
  /** The leaf of the attempt in the evidence; undefined where none was made. */
  readonly leaf: number | undefined
}

/** The same for all due messages of some domains, before any was attempted. */
export interface DomainSettlement extends Omit<Settlement, 'id' | 'domainId' | 'code' | 'enhanced' | 'nextAt' | 'leaf'> {
  /** When to try again, by the number of attempts then made, from 1; the last counts for more. Of no account where the state is an end. */
  readonly nextAt: readonly number[]
}

/** What waits too long. Times are milliseconds since the epoch: of messages that, or whose destinations, were first tried before. */
export interface Expiry {
  readonly deferredBefore: number
  readonly heldBefore: number
  /** What becomes of what was held. */
  readonly then: 'failed' | 'dropped' | 'exported'
}

/** Where the queue keeps its messages. Every call is durable when it resolves; calls that overlap are done in one transaction. */
export interface QueueStore {
  /** What is leased: at the beginning of a run, what was in flight when the last one was broken off. */
  inFlight(): Promise<InFlight>
  /** After a crash: leased rows go back in line, due now, and taken domains are let go; how many messages. */
  recover(): Promise<number>
  /** Takes up to `limit` domains that have something due at `now`, earliest first. They stay taken until they are let go. */
  takeDomains(campaign: string, now: number, limit: number): Promise<readonly DueDomain[]>
  /** Lets domains go: what is due in them can be taken again, but not before `notBefore`. */
  releaseDomains(ids: readonly number[], notBefore?: number): Promise<void>
  /**
   * Leases up to `limit` due messages of these taken domains, in the order of the ids; a lease counts as an attempt.
   * `empty` are those of the ids in which nothing is due any more, after this lease: they are let go by this call.
   */
  lease(ids: readonly number[], limit: number, now: number): Promise<Leased>
  /** Settles leased messages, all or none; one that is not leased is left as it is. */
  settle(settlements: readonly Settlement[], now: number): Promise<void>
  /** Settles all due messages of taken domains, and lets the domains go; how many messages. */
  settleDomains(ids: readonly number[], now: number, settlement: DomainSettlement): Promise<number>
  /** Gives leased messages back as if they had not been taken, due again at `due`; so are their domains. */
  release(messages: readonly MessagePlace[], due: number): Promise<void>
  /** Ends what waits too long, never what was not tried; how many messages. */
  expire(campaign: string, rule: Expiry, now: number): Promise<number>
  /** Messages of a campaign that wait, in the order in which they were taken in, after the id `after`. */
  addressees(campaign: string, limit: number, after?: number): Promise<readonly Addressee[]>
  /** Ends messages that wait as `suppressed`; one that does not wait is left as it is. How many. */
  endSuppressed(messages: readonly Withheld[], now: number): Promise<number>
  counts(campaign: string): Promise<Counts>
  /** Milliseconds since the epoch: when the next domain of the campaign that is not taken is due. */
  nextDue(campaign: string): Promise<number | undefined>
  /** Makes what waits due at once, of a campaign or of what is chosen; how many messages that were not due already. */
  hurry(which: string | QueueFilter): Promise<number>
  /** Adds to what a scope was sent in an hour; hours count from the epoch. */
  addUsage(scope: string, hour: number, messages: number): Promise<void>
  usage(scope: string, sinceHour: number): Promise<Usage>
}

/** What a crash left. */
export interface InFlight {
  readonly messages: readonly InFlightMessage[]
  /** The last leaf of the evidence that a row was settled by: what the evidence has of these messages stands behind it. */
  readonly settledTo: number | undefined
}

/** A leased message; `attempt` is the one that was begun, `leaf` that of the attempt before. */
export type InFlightMessage = Pick<QueueItem, 'id' | 'domainId' | 'campaign' | 'domain' | 'address' | 'key' | 'attempt' | 'leaf'>

/** A message that is not to be sent any more, and why. */
export interface Withheld {
  readonly id: number
  readonly reason: string
}

export interface Leased {
  readonly items: readonly QueueItem[]
  readonly empty: readonly number[]
}

/** What a scope (a provider, a lane) was sent. Hours count from the epoch. */
export interface Usage {
  /** The first hour in which it was sent anything, ever. */
  readonly firstHour: number | undefined
  readonly hours: readonly { readonly hour: number; readonly messages: number }[]
}

/** How many messages are in which state. */
export interface Counts {
  readonly total: number
  readonly sent: number
  readonly held: number
  readonly deferred: number
  readonly failed: number
  readonly dropped: number
  readonly exported: number
  /** Not sent, as the recipient wants no mail or can get none. */
  readonly suppressed: number
  /** Not tried yet, or in flight. */
  readonly waiting: number
  /** Milliseconds since the epoch: when the next message is due, of domains that are not taken. */
  readonly nextAt: number | undefined
}

/** Which messages; all that is named must hold, and what is not named does not matter. */
export interface QueueFilter {
  readonly campaign?: string
  readonly state?: State
  readonly domain?: string
  readonly class?: string
  readonly addressKey?: string
}

/** A message as people are shown it. */
export interface QueueLine {
  readonly id: number
  readonly campaign: string
  readonly domain: string
  readonly level: Level | undefined
  readonly address: string
  readonly state: State
  /** Milliseconds since the epoch; undefined where it is in flight or settled. */
  readonly due: number | undefined
  readonly attempts: number
  readonly firstTriedAt: number | undefined
  /** When it, or its destination, was first tried: from then on counts when it is given up. */
  readonly begunAt: number | undefined
  readonly updatedAt: number
  readonly reason: string
  readonly class: string | undefined
  readonly code: number | undefined
  readonly enhanced: string | undefined
  readonly verdict: string
  readonly host: string | undefined
  readonly tls: string | undefined
  /** The leaf of its last attempt in the evidence. */
  readonly leaf: number | undefined
}

/** What a person may do to messages that wait. Nothing in flight or at its end is touched. Each is done whole or not at all. */
export interface QueueDesk {
  /** Messages that are chosen, in the order in which they were taken in, after the id `after`. */
  list(filter: QueueFilter, limit: number, after?: number): readonly QueueLine[]
  /** All that is known of a message, by its id, or of all to one address. */
  find(which: { readonly id: number } | { readonly addressKey: string }): readonly QueueLine[]
  /** Lets what is held travel at another level, due at once; how many messages. */
  releaseTo(filter: QueueFilter, level: Level): Promise<number>
  hurry(which: string | QueueFilter): Promise<number>
  /** Gives messages up. */
  fail(filter: QueueFilter, reason: string, now: number): Promise<number>
  /** Takes messages out of the queue that are not to be sent. */
  drop(filter: QueueFilter, reason: string, now: number): Promise<number>
}
