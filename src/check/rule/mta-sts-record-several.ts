import { tellNoRecord } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.1. Case 68. */
export const mtaStsRecordSeveral: Rule<DomainObservation> = {
  id: 'mta-sts-record-several',
  severity: 'medium',
  title: 'There are several MTA-STS records, so none counts',
  why: 'Without it senders go on as if the domain asked for nothing, and an attacker on the way could strip the encryption.',
  next: "Ask the domain's owner to leave one in place.",
  look: (seen) => tellNoRecord(seen, 'several-records'),
}
