import type { SeenHello } from './clientHello.ts'
import type { PremasterForm } from './premaster.ts'
import type { TlsRecord } from './record.ts'

/** What the server of the tests saw of one client. It grows while the connection lasts. */
export interface TlsSeen {
  /** One; two where a HelloRetryRequest was answered. */
  readonly hellos: readonly SeenHello[]
  /** What the server chose, once a ServerHello or HelloRetryRequest was written. */
  readonly chosen: Chosen | undefined
  /** Records after the hellos, at most 64. */
  readonly records: readonly TlsRecord[]
  /** Alerts in the clear that the client sent. */
  readonly alerts: readonly { readonly level: number; readonly description: number }[]
  /** Form of the premaster secret in the ClientKeyExchange, where the key exchange is RSA. */
  readonly premaster: PremasterForm | undefined
  /** Octets of an endless answer that the client, or the system for it, took. */
  readonly flooded: number
  /** Undefined as long as nobody left. */
  readonly end: TlsEnd | undefined
}

export interface Chosen {
  readonly version: number
  readonly suite: number
  readonly group: number | undefined
  readonly compression: number
}

/** Who ended it, and how. After `silence` the client left some time later. */
export type TlsEnd =
  | { readonly kind: 'client'; readonly how: 'end' | 'reset' }
  | { readonly kind: 'server'; readonly how: 'close' | 'reset' | 'silence' }
  | { readonly kind: 'server'; readonly how: 'alert'; readonly alert: number }
  /** The client broke the rules, and got an alert for it. */
  | { readonly kind: 'malformed'; readonly why: string }
