import { tellFailure, tellWarnings } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.1, 3.3. Case 68. */
export const mtaStsUnknown: Rule<DomainObservation> = {
  id: 'mta-sts-unknown',
  severity: 'medium',
  title: 'DNS gives no answer about MTA-STS',
  why: 'Whether the domain asks for encryption is not known: it may be a fault of the moment, or somebody who keeps the answer from us.',
  next: "Check again later; ask whoever runs the domain's DNS to answer questions for _mta-sts and mta-sts.",
  look: (seen) => {
    const failed = tellFailure(seen, 'record', 'dns')
    const unknown = tellWarnings(seen, 'record-unknown')
    return failed === undefined ? unknown : unknown === undefined ? failed : `${failed}; ${unknown}`
  },
}
