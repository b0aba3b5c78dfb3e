import { describeTlsRpt } from '../../tlsrpt/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8460 3. Case 74. */
export const tlsRptSeveral: Rule<DomainObservation> = {
  id: 'tls-rpt-several',
  severity: 'low',
  title: 'There are several TLS-RPT records, so none counts',
  why: 'No reports are sent, and nobody notices that.',
  next: "Ask the domain's owner to leave one in place.",
  look: ({ tlsRpt }) => (tlsRpt?.kind === 'several' ? describeTlsRpt(tlsRpt) : undefined),
}
