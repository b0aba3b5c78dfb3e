import type { MailRoute } from '../dns/index.ts'
import type { HostKnowledge, StsKnowledge } from '../ground/index.ts'
import type { TlsRptAnswer } from '../tlsrpt/index.ts'
import type { Finding, HostObservation } from './finding.ts'
import type { HostStanding } from './ground.ts'

/** One MX record and what became of it. */
export interface MxObservation {
  readonly mx: string
  readonly preference: number
  /** The name that CNAMEs lead to, where the MX is an alias. */
  readonly alias: string | undefined
  /** Why it was not tried at all, such as an address inside private networks. */
  readonly unusable: string | undefined
  /** Why it has no address. */
  readonly unresolved: { readonly temporary: boolean; readonly detail: string } | undefined
  readonly addresses: readonly HostObservation[]
  /** What DANE says of it; undefined where it was not looked up. */
  readonly known: HostKnowledge | undefined
}

/** All that was seen of one domain. */
export interface DomainObservation {
  readonly domain: string
  readonly route: MailRoute
  readonly hosts: readonly MxObservation[]
  readonly sts: StsKnowledge
  /** Whom it wants to hear of failures; undefined where that was not asked. */
  readonly tlsRpt: TlsRptAnswer | undefined
  /** Milliseconds since the epoch, when all of it was known. */
  readonly now: number
}

/** One address of one host as a domain's mail meets it: what was seen there, and what DNS promised of it. */
export interface StandingObservation {
  readonly seen: HostObservation
  readonly standing: HostStanding
  /** What was found on the certificate, and is meaningless where its TLSA records match. */
  readonly moot: readonly Finding[]
}
