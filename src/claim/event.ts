/** Providers that report what became of messages that were handed to them. */
export const claimProviders = ['mailgun', 'sendgrid', 'sparkpost'] as const
export type ClaimProvider = (typeof claimProviders)[number]

/** What a provider says became of one message. It is its word, and nothing that was seen here. */
export interface ProviderEvent {
  readonly provider: ClaimProvider
  /** The provider's own name for it: the same one comes again where the answer to it was lost. */
  readonly eventId: string
  /** The provider's own word for what happened. */
  readonly event: string
  readonly outcome: 'delivered' | 'deferred' | 'failed'
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly recipient: string
  /** What the message's Message-ID was, and its return path, where the provider says so. */
  readonly messageId: string | undefined
  readonly returnPath: string | undefined
  readonly code: number | null
  readonly enhanced: string | null
  /** What the receiving server said, bounded. */
  readonly reply: string | null
  /** Whether it says that the message went on over TLS; null where it does not say. */
  readonly tls: boolean | null
}

/** What a request is worth. */
export type Reading =
  | {
      readonly kind: 'events'
      /** Of delivery alone. */
      readonly events: readonly ProviderEvent[]
      /** Of another kind, which are not taken: openings, clicks. */
      readonly others: number
      /** Of delivery, and not as they are documented. */
      readonly malformed: number
      /** What may be used once, where the signature does not cover the events themselves. */
      readonly once?: string
    }
  | { readonly kind: 'refused'; readonly why: 'unauthentic' | 'stale' | 'malformed' }

/** A request, as far as it is looked at. */
export interface ProviderRequest {
  readonly body: Buffer
  readonly header: (name: string) => string | undefined
}

/** Reads the requests of one provider, for which the key or the password was given. */
export type ReadRequest = (request: ProviderRequest, now: number) => Reading

/** Events in one request at the most: the largest batch that one of the providers documents is ten thousand. */
export const mostEvents = 10_000

/**
 * How old a signature may be, in milliseconds. Providers try again for 24 hours at the most; what comes twice counts once
 * for longer than that. Clocks differ by minutes.
 */
const oldest = 48 * 3_600_000
const earliest = 5 * 60_000

/** @param at seconds since the epoch, as it stands in the request */
export function isFresh(at: string, now: number): boolean {
  const age = /^\d{9,11}$/.test(at) ? now - Number(at) * 1000 : Number.NaN
  return age <= oldest && age >= -earliest
}
