import { tellNoRecord } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.1. Case 68. */
export const mtaStsRecordMalformed: Rule<DomainObservation> = {
  id: 'mta-sts-record-malformed',
  severity: 'medium',
  title: 'The MTA-STS record is malformed, so it does not count',
  why: 'Without it senders go on as if the domain asked for nothing, and an attacker on the way could strip the encryption.',
  next: `Ask the domain's owner to write it as "v=STSv1; id=20260101T000000;", with an id of up to 32 letters and digits.`,
  look: (seen) => tellNoRecord(seen, 'bad-record'),
}
