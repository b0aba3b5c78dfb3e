import { describeTlsRptError } from '../../tlsrpt/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8460 3. Case 74. */
export const tlsRptRua: Rule<DomainObservation> = {
  id: 'tls-rpt-rua',
  severity: 'low',
  title: 'An address for TLS reports is wrong',
  why: 'Reports go to the others alone.',
  next: "Ask the domain's owner to correct it.",
  look: ({ tlsRpt }) =>
    tlsRpt?.kind === 'record' && tlsRpt.problems.length > 0 ? tlsRpt.problems.map(describeTlsRptError).join('; ') : undefined,
}
