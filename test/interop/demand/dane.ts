/** Domains in signed and unsigned zones, and what becomes of mail for each. */
import type { ServerKind } from './server.ts'

/** What becomes of a message now. */
export type Fate = 'sent' | 'waits'

interface Outcome {
  readonly fate: Fate
  /** How Postfix calls the connection: Verified where DANE vouched for the server, Trusted where the MX is not signed. */
  readonly tls?: 'Verified' | 'Trusted' | 'Untrusted'
}

export interface Scenario {
  readonly about: string
  /** Of the domain, below `test`. Below `insecure` nothing is signed. */
  readonly label: string
  /** The server behind the host `mx.LABEL.test`; none where the MX points to the host of another scenario. */
  readonly server?: ServerKind
  /** Labels of the scenarios whose hosts are the domain's, most preferred first; its own host unless given. */
  readonly hosts?: readonly string[]
  /** The domain itself is an alias of the domain of this label. */
  readonly aliasOf?: string
  /** The host is an alias of the host of this label. */
  readonly alias?: string
  /** TLSA records of its host: `3 1 1 good` is about the certificate of the server `good`. */
  readonly tlsa?: readonly string[]
  /** What is wrong with the zone: signatures broken after signing, or a server that fails or is silent about TLSA. */
  readonly fault?: 'bogus-tlsa' | 'bogus-address' | 'bogus-mx' | 'servfail' | 'mute'
  readonly check: { readonly verdict: string; readonly cause: string }
  readonly send: { readonly state: 'sent' | 'held' | 'deferred'; readonly verdict: string }
  readonly postfix: Outcome
  /** Why Postfix and Sealpost may come to different outcomes. There is none so far. */
  readonly difference?: string
}

const vouched = {
  check: { verdict: 'authenticated', cause: 'dane' },
  send: { state: 'sent', verdict: 'authenticated' },
  postfix: { fate: 'sent', tls: 'Verified' },
} as const
/** RFC 7672 2.2: encrypted, and nobody asks for whom. */
const encrypted = {
  check: { verdict: 'valid', cause: 'pkix' },
  send: { state: 'sent', verdict: 'valid' },
  postfix: { fate: 'sent', tls: 'Untrusted' },
} as const
/** It is known to be encrypted, and for nobody that DANE knows. */
const mismatched = {
  check: { verdict: 'unauthenticated', cause: 'dane-mismatch' },
  send: { state: 'held', verdict: 'unauthenticated' },
  postfix: { fate: 'waits', tls: 'Untrusted' },
} as const
const unknown = {
  check: { verdict: 'temporary', cause: 'dane-failed' },
  send: { state: 'deferred', verdict: 'not-tested' },
  postfix: { fate: 'waits' },
} as const
const noRoute = {
  check: { verdict: 'temporary', cause: 'dns' },
  send: { state: 'deferred', verdict: 'temporary' },
  postfix: { fate: 'waits' },
} as const
/** Case 73: who promises TLS and does not offer it may have been stripped of it. */
const stripped = {
  check: { verdict: 'plaintext', cause: 'not-offered' },
  send: { state: 'held', verdict: 'plaintext' },
  postfix: { fate: 'waits' },
} as const

/** The domain for which the certificate of the server `domain` is. */
export const namedDomain = 'next-hop.test'

export const scenarios: readonly Scenario[] = [
  { about: '3 1 1 of the server', label: 'ee', server: 'good', tlsa: ['3 1 1 good'], ...vouched },
  { about: '3 0 1 of the server', label: 'ee-whole', server: 'good', tlsa: ['3 0 1 good'], ...vouched },
  { about: '3 1 2 of the server', label: 'ee-long', server: 'good', tlsa: ['3 1 2 good'], ...vouched },
  { about: '2 1 1 of an authority that is sent', label: 'ta', server: 'good', tlsa: ['2 1 1 authority'], ...vouched },
  {
    about: '2 1 1 of an authority that is not sent',
    label: 'ta-unsent',
    server: 'bare',
    tlsa: ['2 1 1 authority'],
    ...mismatched,
  },
  {
    about: 'the old key beside the new one',
    label: 'rollover',
    server: 'good',
    tlsa: ['3 1 1 stranger', '3 1 1 good'],
    ...vouched,
  },
  { about: 'the wrong digest', label: 'wrong', server: 'good', tlsa: ['3 1 1 stranger'], ...mismatched },
  { about: 'nothing but 1 1 1', label: 'pkix-usage', server: 'good', tlsa: ['1 1 1 good'], ...encrypted },
  { about: 'nothing but a matching type that nobody knows', label: 'type', server: 'good', tlsa: ['3 1 9 good'], ...encrypted },
  { about: '1 1 1 of a server without STARTTLS', label: 'pkix-plain', server: 'plain', tlsa: ['1 1 1 good'], ...stripped },
  {
    about: 'TLSA with a broken signature',
    label: 'bogus',
    server: 'good',
    tlsa: ['3 1 1 good'],
    fault: 'bogus-tlsa',
    ...unknown,
  },
  {
    about: 'an address with a broken signature',
    label: 'bogus-a',
    server: 'good',
    tlsa: ['3 1 1 good'],
    fault: 'bogus-address',
    ...noRoute,
  },
  { about: 'MX with a broken signature', label: 'bogus-mx', server: 'good', tlsa: ['3 1 1 good'], fault: 'bogus-mx', ...noRoute },
  { about: 'SERVFAIL for TLSA', label: 'servfail', server: 'good', fault: 'servfail', ...unknown },
  { about: 'no answer for TLSA', label: 'mute', server: 'good', fault: 'mute', ...unknown },
  { about: 'a second host after one whose TLSA fails', label: 'second', hosts: ['servfail', 'ee'], ...vouched },
  { about: 'no TLSA in a signed zone', label: 'none', server: 'good', ...encrypted },
  { about: 'SERVFAIL for TLSA in an unsigned zone', label: 'servfail.insecure', server: 'good', fault: 'servfail', ...encrypted },
  { about: 'no answer for TLSA in an unsigned zone', label: 'mute.insecure', server: 'good', fault: 'mute', ...encrypted },
  { about: 'wrong TLSA in an unsigned zone', label: 'wrong.insecure', server: 'good', tlsa: ['3 1 1 stranger'], ...encrypted },
  {
    about: 'unsigned MX to a signed host',
    label: 'halfway.insecure',
    hosts: ['ee'],
    check: { verdict: 'valid', cause: 'dane-mx-insecure' },
    send: { state: 'sent', verdict: 'valid' },
    postfix: { fate: 'sent', tls: 'Trusted' },
  },
  { about: 'unsigned MX to a signed host of the wrong digest', label: 'halfway-wrong.insecure', hosts: ['wrong'], ...mismatched },
  { about: 'a host that is an alias', label: 'alias', alias: 'ee', ...vouched },
  {
    about: 'a host that is an alias, with records at its own name alone',
    label: 'alias-own',
    alias: 'none',
    tlsa: ['3 1 1 good'],
    ...vouched,
  },
  {
    about: 'a host that is an alias of an unsigned one',
    label: 'alias-out',
    alias: 'wrong.insecure',
    tlsa: ['3 1 1 good'],
    ...vouched,
  },
  { about: '3 1 1 of an expired certificate', label: 'ee-expired', server: 'expired', tlsa: ['3 1 1 expired'], ...vouched },
  {
    about: '2 1 1 above an expired certificate',
    label: 'ta-expired',
    server: 'expired',
    tlsa: ['2 1 1 authority'],
    ...mismatched,
  },
  { about: '2 1 1, certificate for the domain', label: 'next-hop', server: 'domain', tlsa: ['2 1 1 authority'], ...vouched },
  { about: '2 1 1, certificate for what the domain is an alias of', label: 'also', aliasOf: 'next-hop', ...vouched },
  { about: '2 1 1, certificate for another', label: 'ta-name', server: 'domain', tlsa: ['2 1 1 authority'], ...mismatched },
  { about: '3 1 1 and no STARTTLS', label: 'stripped', server: 'plain', tlsa: ['3 1 1 good'], ...stripped },
]
