import { describeTlsRpt } from '../../tlsrpt/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8460 3. Case 74. */
export const tlsRptMalformed: Rule<DomainObservation> = {
  id: 'tls-rpt-malformed',
  severity: 'low',
  title: 'The TLS-RPT record does not count',
  why: 'No reports are sent, and nobody notices that.',
  next: `Ask the domain's owner to write it as "v=TLSRPTv1; rua=mailto:…" or "rua=https:…".`,
  look: ({ tlsRpt }) =>
    tlsRpt?.kind === 'malformed' || (tlsRpt?.kind === 'none' && tlsRpt.misfits.length > 0) ? describeTlsRpt(tlsRpt) : undefined,
}
