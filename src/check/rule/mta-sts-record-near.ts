import { describeNone } from '../../mtasts/index.ts'
import { findNoRecord } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.1. Case 68. */
export const mtaStsRecordNear: Rule<DomainObservation> = {
  id: 'mta-sts-record-near',
  severity: 'medium',
  title: 'A record was meant to be for MTA-STS, and does not count',
  why: 'Without it senders go on as if the domain asked for nothing, and an attacker on the way could strip the encryption.',
  next: `Ask the domain's owner to write it as "v=STSv1; id=20260101T000000;", without quotation marks or spaces before it.`,
  look: (seen) => {
    const why = findNoRecord(seen)
    return why?.kind === 'no-record' && why.misfits.length > 0 ? describeNone(why) : undefined
  },
}
