import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8460 3. Case 74. */
export const tlsRptNone: Rule<DomainObservation> = {
  id: 'tls-rpt-none',
  severity: 'info',
  title: 'Nobody is told when TLS to the domain fails',
  why: 'With a TLS-RPT record the domain would hear from senders that heed DANE or MTA-STS what goes wrong, before mail is lost.',
  next: `Ask the domain's owner to publish one: _smtp._tls TXT "v=TLSRPTv1; rua=mailto:…".`,
  look: ({ route, tlsRpt }) =>
    route.kind === 'hosts' && tlsRpt?.kind === 'none' && tlsRpt.misfits.length === 0 ? 'no TLS-RPT record' : undefined,
}
