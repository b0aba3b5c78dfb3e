import { findWeakness } from '../../tls/index.ts'
import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7465. Case 55. */
export const suiteRc4: Rule<HostObservation> = {
  id: 'suite-rc4',
  severity: 'medium',
  title: 'RC4 is taken',
  why: 'Its output is biased: what is sent often, such as passwords, can be worked out (RFC 7465).',
  next: 'Ask the provider to take RC4 out.',
  look: (seen) => lookForSuites(seen, (suite) => findWeakness(suite) === 'rc4'),
}
