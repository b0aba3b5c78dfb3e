import type { Capabilities } from '../smtp/index.ts'
import type { HandshakeFailure, TlsFacts } from '../tls/index.ts'
import type { Endpoint, Unreachable } from './dial.ts'
import type { Oddity } from './oddity.ts'
import type { Protocol } from './protocol.ts'
import type { Said } from './said.ts'
import type { TranscriptLine } from './transcript.ts'

/** Where in the dialogue something happened. `ehlo` asks what the server can do, in the clear; `inside` does within TLS. */
export type Stage = 'greeting' | 'ehlo' | 'helo' | 'starttls' | 'inside'

/** What was seen on one connection, as plain data without judgement. */
export interface HopRecord {
  readonly endpoint: Endpoint
  readonly protocol: Protocol
  readonly security: 'starttls' | 'implicit'
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  greetingMs?: number
  greeting?: Said
  /** Names of ours that the server would not have. */
  rejected: { readonly name: string; readonly said: Said }[]
  /** What was said in the clear; forgotten by whatever sends mail once TLS stands (RFC 3207 4.2). */
  capabilities?: Capabilities
  helo?: Said
  /** STARTTLS stood among the keywords, or is POP3's STLS and was taken without that. */
  offered: boolean
  starttls?: Said
  tls?: TlsFacts
  /** The server's first octets where TLS was due, up to 64 KiB; kept by examinations only. */
  flight?: Buffer
  /** What was said inside TLS. */
  inside?: Capabilities
  /** In the order they were met, each once. */
  oddities: readonly Oddity[]
  transcript: readonly TranscriptLine[]
}

/** How the dialogue ended. */
export type HopEnd =
  | { readonly kind: 'secure' }
  | { readonly kind: 'unreachable'; readonly cause: Unreachable; readonly detail: string }
  | { readonly kind: 'closed'; readonly stage: Stage; readonly how: 'end' | 'reset' }
  | { readonly kind: 'timeout'; readonly stage: Stage; readonly ms: number }
  | { readonly kind: 'malformed'; readonly stage: Stage; readonly why: string; readonly shown: string }
  | { readonly kind: 'answered'; readonly stage: Stage; readonly said: Said }
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'injected'; readonly shown: string }
  | {
      readonly kind: 'handshake-failed'
      readonly failure: HandshakeFailure
      /** What came instead of TLS, where it was no TLS. Hostile, not escaped. */
      readonly shown: string
      /** What came are words of the protocol: it is spoken in the clear where TLS was due from the first octet. */
      readonly speech: boolean
    }

/** Adds what was noticed, each thing once. */
export function noteOddities(record: HopRecord, oddities: readonly Oddity[]): void {
  record.oddities = [...new Set([...record.oddities, ...oddities])]
}
