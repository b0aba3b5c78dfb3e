import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 7672 2.2.1. Case 72. */
export const mxNotSigned: Rule<DomainObservation> = {
  id: 'mx-not-signed',
  severity: 'low',
  title: 'MX not signed: host authenticated, domain not',
  why: 'The mail server proves who it is by DANE, but that mail for the domain belongs there stands in unsigned DNS: somebody on the way could send it elsewhere.',
  next: "Ask the domain's owner to sign its zone with DNSSEC.",
  look: (seen) => {
    const hosts = seen.hosts.filter(
      ({ known }) => known && !known.dane.mxSecure && (known.dane.kind === 'usable' || known.dane.kind === 'unusable'),
    )
    return hosts.length === 0 ? undefined : `signed and with TLSA records: ${hosts.map(({ mx }) => visible(mx)).join(', ')}`
  },
}
