import type { Clock } from '../clock.ts'
import type { Resolver } from '../dns/index.ts'
import type { Dialer, DialogueTimeouts } from '../starttls/index.ts'
import type { Trust } from '../tls/index.ts'
import type { HostObservation } from './finding.ts'

/** Everything an examination needs from outside. */
export interface CheckOptions {
  readonly resolver: Resolver
  readonly trust: Trust
  readonly clock: Clock
  readonly dialer: Dialer
  /** Our names for EHLO, tried in order. */
  readonly names: readonly string[]
  readonly timeouts: DialogueTimeouts
  /** Where mail servers listen: 25, but for tests. */
  readonly port: number
  /** Whether addresses of private networks, found through MX records, are dialled. */
  readonly allowPrivateAddresses: boolean
  /** Waits before each further try where a server puts us off, in milliseconds. */
  readonly retryMs: readonly number[]
  /** Ports compared where port 25 looks tampered with (cases.md 20). */
  readonly otherPorts: readonly { readonly port: number; readonly security: 'starttls' | 'implicit' }[]
}

/** What is shared by the targets of one run: no address is examined twice, nor by two connections at a time. */
export interface CheckContext extends CheckOptions {
  readonly observed: Map<string, Promise<HostObservation>>
  /** Good connections made to each address. */
  readonly good: Map<string, number>
  /** The end of each address's queue. */
  readonly turns: Map<string, Promise<unknown>>
}

export function createCheckContext(options: CheckOptions): CheckContext {
  return { ...options, observed: new Map(), good: new Map(), turns: new Map() }
}
