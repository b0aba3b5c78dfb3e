/**
 * States of a message in the queue. `waiting` is new or put off; `held` waits for encryption; `leased` is in flight.
 */
const states = ['waiting', 'leased', 'held', 'sent', 'failed'] as const

type State = (typeof states)[number]

/** A message of the queue, leased to be sent. */
export interface QueueItem {
  readonly id: number
  readonly address: string
  readonly domain: string
  readonly columns: Readonly<Record<string, string>>
  /** The recipient's own random key for the evidence, 32 octets. */
  readonly key: Uint8Array
  /** This attempt's number, from 1. */
  readonly attempt: number
  /** Milliseconds since the epoch: when the campaign took it in. */
  readonly createdAt: number
}

/** What became of an attempt, to be written to the queue. */
export interface Settlement {
  readonly id: number
  readonly state: Exclude<State, 'leased'>
  /** Milliseconds since the epoch: when to try again; 0 where it is settled for good. */
  readonly nextAt: number
  readonly reason: string
  readonly code: number | undefined
  readonly verdict: string
  readonly host: string | undefined
  readonly tls: string | undefined
}

/** The same for all messages to some domains, before any was attempted. */
export interface DomainSettlement extends Omit<Settlement, 'id' | 'code' | 'nextAt'> {
  /** When to try again, by the number of attempts then made, from 1; the last counts for more. Of no account for `failed`. */
  readonly nextAt: readonly number[]
}

/** Where the queue keeps its messages. Every call is durable when it resolves. */
export interface QueueStore {
  /** Puts messages that were in flight when the last process ended back in line; how many there were. */
  recover(campaign: string): Promise<number>
  /** Domains with messages due at `now`. */
  dueDomains(campaign: string, now: number): Promise<readonly { readonly domain: string; readonly count: number }[]>
  /** Takes up to `limit` due messages to these domains. Each lease counts as an attempt. */
  lease(campaign: string, domains: readonly string[], limit: number, now: number): Promise<readonly QueueItem[]>
  /** @param now milliseconds since the epoch */
  settle(settlements: readonly Settlement[], now: number): Promise<void>
  /** Settles all due messages to these domains at once; how many there were. */
  settleDomains(campaign: string, domains: readonly string[], now: number, settlement: DomainSettlement): Promise<number>
  /** Gives leased messages back unsent, as if they had not been taken. */
  release(ids: readonly number[]): Promise<void>
  /** Fails what was taken in before `before` and is still not sent; how many there were. */
  expire(campaign: string, before: number): Promise<number>
  counts(campaign: string): Promise<Counts>
}

/** How many messages are in which state; `deferred` are those waiting that were tried before. */
export interface Counts {
  readonly total: number
  readonly sent: number
  readonly held: number
  readonly deferred: number
  readonly failed: number
  /** Not tried yet, or in flight. */
  readonly waiting: number
  /** Milliseconds since the epoch: when the next held or deferred message is due. */
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
}
