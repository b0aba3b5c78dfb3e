import { tellWarnings } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.1. Case 68. */
export const mtaStsRecordOdd: Rule<DomainObservation> = {
  id: 'mta-sts-record-odd',
  severity: 'info',
  title: 'The MTA-STS record has something in it that does not belong there',
  why: 'It counts all the same.',
  next: "Ask the domain's owner to take it out.",
  look: (seen) => tellWarnings(seen, 'record'),
}
