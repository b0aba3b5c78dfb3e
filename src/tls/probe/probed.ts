import type { Duplex } from 'node:stream'
import type { ChannelOptions } from '../hello/index.ts'

/** What a probe found. What could not be tested is never called safe. */
export type Probed =
  /** `bytes` are the server's own, at most 64 octets, and hold none of what it should not have told. */
  | { readonly kind: 'vulnerable'; readonly evidence: string; readonly bytes: Buffer }
  | { readonly kind: 'safe'; readonly evidence: string }
  | { readonly kind: 'not-applicable'; readonly why: string }
  | NotTested

export interface NotTested {
  readonly kind: 'not-tested'
  readonly why: string
}

/** A fresh connection at the point where the first octet of TLS is due; undefined where there will be no more of them. */
export type Open = () => Promise<Duplex | undefined>

export interface ProbeOptions extends ChannelOptions {
  /** SNI; undefined sends none. */
  readonly servername: string | undefined
}

/** What is known of a server by the time it is probed. */
export interface KnownServer {
  /** Versions it accepts, 0x0300 to 0x0304. */
  readonly versions: readonly number[]
  /** Suites it accepts with the highest of them up to TLS 1.2. */
  readonly suites: readonly number[]
  /** Whether it answered the heartbeat extension (RFC 6520); undefined where nobody asked. */
  readonly heartbeat?: boolean | undefined
}

/** The highest version that is spoken in the clear up to ServerHelloDone. */
export function findOldVersion({ versions }: KnownServer): number | undefined {
  return versions.filter((version) => version <= 0x0303).toSorted((a, b) => b - a)[0]
}

export const onlyTls13: Probed = { kind: 'not-applicable', why: 'the server speaks TLS 1.3 only' }
