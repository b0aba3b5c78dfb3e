import { describeNone } from '../../mtasts/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 5, 8.3. Case 68. */
export const mtaStsNone: Rule<DomainObservation> = {
  id: 'mta-sts-none',
  severity: 'info',
  title: 'The MTA-STS policy says mode: none, which asks for nothing',
  why: 'A domain says so for a while before it gives MTA-STS up.',
  next: 'Nothing must be done if it is meant so; else the mode is enforce.',
  look: ({ sts: { result } }) =>
    result?.kind === 'none' && result.why.kind === 'mode-none' ? describeNone(result.why) : undefined,
}
