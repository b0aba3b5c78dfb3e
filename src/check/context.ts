import type { Clock } from '../clock.ts'
import type { Resolver } from '../dns/index.ts'
import type { StsDeps } from '../ground/index.ts'
import type { Dialer, DialogueTimeouts } from '../starttls/index.ts'
import type { Trust } from '../tls/index.ts'
import type { Examination, HostObservation } from './finding.ts'
import type { Service } from './target.ts'

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
  readonly otherPorts: readonly Service[]
  /** Everything is listed and every weakness tried; else the questions that matter most. */
  readonly deep: boolean
  /** Most connections to one address. */
  readonly budget: number
  /** MAIL and RCPT may be said, to see what a server takes in the clear; never DATA. */
  readonly probeMail: boolean
  /** How MTA-STS is asked; undefined where it is not. */
  readonly sts?: StsDeps
  /** A domain's SPF record is asked for, to recognise who sends for it. */
  readonly askSpf?: boolean
  /** A domain is asked whom it wants TLS failures to be reported to (RFC 8460). */
  readonly askTlsRpt?: boolean
}

/** What is shared by the targets of one run: no address is examined twice, nor by two connections at a time. */
export interface CheckContext extends CheckOptions {
  readonly observed: Map<string, Promise<HostObservation>>
  /** What further connections to each address and port showed: the same for all names of the host. */
  readonly examined: Map<string, Promise<Examination>>
  /** The end of each address's queue: what its last visit saw. */
  readonly turns: Map<string, Promise<HostObservation>>
}

export function createCheckContext(options: CheckOptions): CheckContext {
  return { ...options, observed: new Map(), examined: new Map(), turns: new Map() }
}
