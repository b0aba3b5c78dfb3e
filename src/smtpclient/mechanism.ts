import type { Reply } from '../smtp/index.ts'

/** Ways to log in with a password, best first. */
export const passwordMechanisms = ['SCRAM-SHA-256', 'PLAIN', 'LOGIN'] as const

/** A log-in, held no longer than it takes to use it. */
export type Credentials =
  | {
      readonly kind: 'password'
      readonly user: string
      readonly password: string
      /** The one way to log in that is tried; otherwise the best that the server offers. */
      readonly mechanism?: (typeof passwordMechanisms)[number]
    }
  /** An access token of OAuth 2.0 (RFC 6750), for XOAUTH2. */
  | { readonly kind: 'token'; readonly user: string; readonly token: string }

export type Mechanism = (typeof passwordMechanisms)[number] | 'XOAUTH2'

/** What follows from a server's challenge: the answer to it, or why the log-in is broken off. */
export type Step = { readonly kind: 'answer'; readonly octets: Buffer } | { readonly kind: 'stop'; readonly why: string }

/** A log-in as one mechanism does it. Pure but for the arithmetic: it neither reads nor writes. */
export interface Exchange {
  readonly mechanism: Mechanism
  /** Goes with AUTH (RFC 4954 4: that saves a round trip); undefined where the mechanism lets the server begin. */
  readonly initial: Buffer | undefined
  /** @param challenge what the server said, base64 taken away */
  respond(challenge: Buffer): Promise<Step>
  /** Why the server's consent does not count yet; undefined where it does. */
  readonly unproven: string | undefined
}

export type Authenticated =
  | { readonly kind: 'accepted'; readonly mechanism: Mechanism }
  | { readonly kind: 'refused'; readonly reply: Reply }
  /** The server offers no mechanism that we speak with such credentials. */
  | { readonly kind: 'unsupported'; readonly offered: readonly string[] }
  /** The server's side of the log-in is not right; whoever it is need not know the password. */
  | { readonly kind: 'unverified'; readonly why: string }
  /** User name, password or token cannot be sent in this way. */
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'lost' }
