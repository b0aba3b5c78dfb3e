import { createHmac } from 'node:crypto'
import type { Json } from './verify/index.ts'

/** One connection: to whom, under which demand, and what TLS showed. */
export interface SessionEntry {
  readonly kind: 'session'
  /** Random, so that attempts can name it. */
  readonly id: string
  /** ISO 8601. */
  readonly time: string
  readonly host: string
  readonly address: string
  readonly port: number
  /** What was demanded, and why. */
  readonly level: string
  readonly policy: string
  readonly reason: string
  /** Who vouched for the host: `dane`, `sts`, `user` or `dns`; null where it was passed over. */
  readonly voucher: string | null
  /**
   * The id of the MTA-STS record whose policy is enforced, of the domain that the connection was first made for; others
   * that it carries mail for enforce the same patterns (they stand in `policy`). Null where nothing is enforced.
   */
  readonly sts: string | null
  /** What was found. */
  readonly verdict: string
  readonly cause: string
  readonly tls: SessionTls | null
  /** Delivered over, or how many messages had to wait because of it. */
  readonly decision: string
  readonly software: string
}

export interface SessionTls {
  readonly version: string
  readonly cipher: string
  readonly group: string | null
  readonly resumed: boolean
  /**
   * Where it was resumed: when a full handshake showed certificate and key, which are remembered from there (ISO 8601).
   * Version, cipher and group are those of this connection. Null where all was shown on it.
   */
  readonly provenAt: string | null
  /** SHA-256 of the certificate and of its public key, hex. */
  readonly certificate: string | null
  readonly key: string | null
}

/** One try to hand over one recipient's message. Nothing in it names the recipient. */
export interface AttemptEntry {
  readonly kind: 'attempt'
  readonly time: string
  /** The id of its session. */
  readonly session: string
  readonly campaign: string
  /** Commitment to the recipient's address: see `commit`. */
  readonly recipient: string
  readonly domain: string
  readonly outcome: 'delivered' | 'deferred' | 'failed' | 'reply-lost'
  readonly code: number | null
  readonly enhanced: string | null
  /** Commitment to the message's octets. */
  readonly message: string
  readonly octets: number
  /** We saw it ourselves. */
  readonly strength: 'observed'
}

/** Something a person or the program did that a reader of the log must know. */
export interface ActEntry {
  readonly kind: 'act'
  readonly time: string
  readonly act:
    | 'campaign-started'
    | 'campaign-forced'
    | 'campaign-finished'
    | 'campaign-interrupted'
    | 'test-sent'
    | 'campaign-scheduled'
    | 'campaign-cancelled'
    | 'host-released'
    | 'log-recovered'
    | 'messages-released'
    | 'messages-failed'
    | 'messages-dropped'
    | 'queue-restored'
    | 'erased'
  readonly detail: Readonly<Record<string, string | number>>
}

export type Entry = SessionEntry | AttemptEntry | ActEntry

/** The entry as JSON; the types above hold nothing that JSON cannot say. */
export function toJson(entry: Entry): { readonly [key: string]: Json } {
  return { ...entry } as unknown as { readonly [key: string]: Json }
}

/**
 * HMAC-SHA-256 under a key of this attempt alone, hex. A plain hash of an address can be guessed, and so can that of a
 * message, which is made from the campaign and the address; one key for all attempts would link them. When the
 * recipient's key is erased, nothing leads back to the person.
 *
 * @param key the recipient's own random key, 32 octets, kept outside the log
 * @param attempt the number of the attempt, from 1
 */
export function commit(key: Uint8Array, attempt: number, what: 'recipient' | 'message', value: string | Uint8Array): string {
  const attemptKey = createHmac('sha256', key).update(`sealpost attempt ${attempt}`).digest()
  return createHmac('sha256', attemptKey).update(`${what}\0`).update(value).digest('hex')
}
