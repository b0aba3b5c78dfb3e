import { findWeakness } from '../../tls/index.ts'
import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9325 4.1. Case 55. */
export const suiteNull: Rule<HostObservation> = {
  id: 'suite-null',
  severity: 'high',
  title: 'Suites without encryption are taken',
  why: 'A connection can come about that is TLS in name and readable by everybody.',
  next: 'Ask the provider to take the NULL suites out (eNULL).',
  look: (seen) => lookForSuites(seen, (suite) => findWeakness(suite) === 'null'),
}
