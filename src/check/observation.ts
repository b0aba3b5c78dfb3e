import type { MailRoute } from '../dns/index.ts'
import type { HostKnowledge, StsKnowledge } from '../ground/index.ts'
import type { HostObservation } from './finding.ts'

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
}
