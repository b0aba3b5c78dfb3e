import { findWeakness } from '../../tls/index.ts'
import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 5469. Case 55. */
export const suiteDes: Rule<HostObservation> = {
  id: 'suite-des',
  severity: 'medium',
  title: 'DES or RC2 is taken',
  why: 'Keys of 56 bits and less can be tried out.',
  next: 'Ask the provider to take DES and RC2 out.',
  look: (seen) => lookForSuites(seen, (suite) => findWeakness(suite) === 'des'),
}
