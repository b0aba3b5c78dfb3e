import { tellWarnings } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 5.1. Case 69. */
export const mtaStsRecordLost: Rule<DomainObservation> = {
  id: 'mta-sts-record-lost',
  severity: 'low',
  title: 'The MTA-STS record is gone, and the policy from before still rules',
  why: 'Somebody on the way can take a record out of DNS; a policy that is known holds until it expires.',
  next: "Ask the domain's owner to put the record back; who means to give MTA-STS up publishes a policy of mode none first, with a new id.",
  look: (seen) => tellWarnings(seen, 'record-lost'),
}
