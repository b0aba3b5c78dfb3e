import { describeTlsRpt } from '../../tlsrpt/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8460 3. Case 74. */
export const tlsRptMixed: Rule<DomainObservation> = {
  id: 'tls-rpt-mixed',
  severity: 'info',
  title: 'TLS reports go by mail and by HTTPS',
  why: 'A sender may choose either, so both have to be read together.',
  next: 'Nothing must be done if it is meant so.',
  look: ({ tlsRpt }) => {
    if (tlsRpt?.kind !== 'record' || new Set(tlsRpt.record.rua.map(({ kind }) => kind)).size < 2) return undefined
    return describeTlsRpt(tlsRpt)
  },
}
