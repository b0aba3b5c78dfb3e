import { tellWarnings } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 9110 6.6.1. Case 51. */
export const ownClock: Rule<DomainObservation> = {
  id: 'own-clock',
  severity: 'low',
  title: 'Our clock and that of the policy host are far apart',
  why: 'With a clock that is wrong, certificates seem expired that are not, or good that have expired, and policies are kept too long or too short.',
  next: 'Set the clock of this machine, with NTP if possible.',
  look: (seen) => tellWarnings(seen, 'clock-off'),
}
