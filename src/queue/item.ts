import type { Level } from '../policy/index.ts'
import type { DsnRequest } from '../smtpclient/index.ts'
import type { FailureClass } from './classify/index.ts'
import type { HeldEnd } from './job.ts'

/**
 * States of a message in the queue. `waiting` was never tried, `deferred` is put off, `held` waits for encryption,
 * `leased` is in flight; the others are the end.
 */
export const states = ['waiting', 'deferred', 'held', 'leased', 'sent', 'failed', 'dropped', 'exported'] as const

export type State = (typeof states)[number]

/** The messages of one campaign to one domain, at one level: what waits, is looked up and is sent together. */
export interface DueDomain {
  readonly id: number
  readonly campaign: string
  readonly domain: string
  /** A level that a person released these messages to; undefined for the campaign's own. */
  readonly level: Level | undefined
}

/** A message of the queue, leased to be sent. */
export interface QueueItem {
  readonly id: number
  readonly campaign: string
  readonly domain: string
  readonly address: string
  /** The list's row as JSON. */
  readonly columns: string
  /** The recipient's own random key for the evidence, 32 octets. */
  readonly key: Uint8Array
  /** This attempt's number, from 1. */
  readonly attempt: number
  /** Milliseconds since the epoch: when the campaign took it in. */
  readonly createdAt: number
  /** Milliseconds since the epoch: its first attempt, where this is not the first. */
  readonly firstTriedAt: number | undefined
}

/** What became of an attempt, to be written to the queue. */
export interface Settlement {
  readonly id: number
  readonly state: Exclude<State, 'leased'>
  /** Milliseconds since the epoch: when to try again; 0 where it is settled for good. */
  readonly nextAt: number
  readonly reason: string
  readonly class: FailureClass | undefined
  readonly code: number | undefined
  readonly enhanced: string | undefined
  readonly verdict: string
  readonly host: string | undefined
  readonly tls: string | undefined
}

/** The same for all due messages of some domains, before any was attempted. */
export interface DomainSettlement extends Omit<Settlement, 'id' | 'code' | 'enhanced' | 'nextAt'> {
  /** When to try again, by the number of attempts then made, from 1; the last counts for more. Of no account at the end. */
  readonly nextAt: readonly number[]
}

/** What ends because it waited too long: of campaigns taken in before these times, in milliseconds since the epoch. */
export interface Expiry {
  readonly deferredBefore: number
  readonly heldBefore: number
  /** What becomes of what is held. */
  readonly then: HeldEnd
}

/** Where the queue keeps its messages. Every call is durable when it resolves, and calls may overlap. */
export interface QueueStore {
  /** After a crash: what was in flight goes back in line, domains that were taken are let go. How many messages. */
  recover(): Promise<number>
  /** Takes up to `limit` domains with messages due at `now`, the earliest first. They stay taken until let go. */
  takeDomains(campaign: string, now: number, limit: number): Promise<readonly DueDomain[]>
  /** Lets domains go: what is due in them can be taken again, though not before `notBefore`. */
  releaseDomains(ids: readonly number[], notBefore?: number): Promise<void>
  /**
   * Leases up to `limit` due messages of domains that are taken, in the order of their ids. Each lease counts as an
   * attempt. `empty` are those in which nothing more is due; this call lets them go.
   */
  lease(
    ids: readonly number[],
    limit: number,
    now: number,
  ): Promise<{ readonly items: readonly QueueItem[]; readonly empty: readonly number[] }>
  /** @param now milliseconds since the epoch */
  settle(settlements: readonly Settlement[], now: number): Promise<void>
  /** Settles all due messages of taken domains and lets the domains go; how many messages there were. */
  settleDomains(ids: readonly number[], now: number, settlement: DomainSettlement): Promise<number>
  /** Gives leased messages back unsent, as if they had not been taken; they are due again at `due`. */
  release(ids: readonly number[], due: number): Promise<void>
  /** Ends what was tried and waits too long; how many there were. */
  expire(campaign: string, expiry: Expiry, now: number): Promise<number>
  counts(campaign: string): Promise<Counts>
  /** Milliseconds since the epoch: when something of the campaign is due that nobody has taken. */
  nextDue(campaign: string): Promise<number | undefined>
  /** Adds to what was sent within a scope in an hour (hours since the epoch). */
  addUsage(scope: string, hour: number, messages: number): Promise<void>
  usage(scope: string, sinceHour: number): Promise<Usage>
}

/** What was sent within a scope, by the hour. */
export interface Usage {
  /** Hours since the epoch; undefined where nothing was ever sent. */
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
  /** Not tried yet, or in flight. */
  readonly waiting: number
  /** Milliseconds since the epoch: when the next message is due. */
  readonly nextAt: number | undefined
}

/** Makes messages out of queue items when they are about to be sent. */
export interface MessageSource {
  render(item: QueueItem): Promise<Rendered>
}

export interface Rendered {
  /** Reverse-path; empty for none. */
  readonly from: string
  readonly to: string
  readonly raw: Buffer
  /**
   * Equal where the message is the same octets: such recipients may share a transaction (RFC 5321 4.5.4.1). Undefined
   * where it is for one alone.
   */
  readonly shared?: string
  readonly dsn?: DsnRequest
}
