import { describeResult } from '../../mtasts/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 5. Case 68. */
export const mtaStsTesting: Rule<DomainObservation> = {
  id: 'mta-sts-testing',
  severity: 'low',
  title: 'The MTA-STS policy is in testing: nothing follows from it',
  why: 'Senders report what they find and deliver all the same, also to somebody who poses as the server.',
  next: "Ask the domain's owner to set the mode to enforce once the reports are clean.",
  look: ({ sts: { result }, now }) =>
    result?.kind === 'policy' && result.mode === 'testing' ? describeResult(result, now) : undefined,
}
