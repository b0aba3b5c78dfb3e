import { findWeakness } from '../../tls/index.ts'
import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2016-2183, RFC 9325 4.1. Case 55. */
export const suite3des: Rule<HostObservation> = {
  id: 'suite-3des',
  severity: 'low',
  title: '3DES is taken',
  why: 'Its short blocks repeat in long connections, and give parts of them away (SWEET32).',
  next: 'Ask the provider to take 3DES out.',
  look: (seen) => lookForSuites(seen, (suite) => findWeakness(suite) === '3des'),
}
