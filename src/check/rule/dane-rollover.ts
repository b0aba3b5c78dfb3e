import { describeMatch } from '../../dane/index.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7671 8.1. Case 71. */
export const daneRollover: Rule<StandingObservation> = {
  id: 'dane-rollover',
  severity: 'info',
  title: 'A change of keys is prepared: rollover in place',
  why: 'One TLSA record matches, a further one is of a key that is to come, or has gone.',
  next: 'Nothing must be done; records of keys that have gone can be taken out.',
  look: ({ standing: { match } }) => (match?.kind === 'matched' && match.spare.length > 0 ? describeMatch(match) : undefined),
}
