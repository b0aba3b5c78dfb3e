import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9325 4.1, CVE-2015-0204, CVE-2015-4000. Case 55. */
export const suiteExport: Rule<HostObservation> = {
  id: 'suite-export',
  severity: 'high',
  title: 'Suites weakened for export are taken',
  why: 'Their keys can be broken within hours, and clients can be tricked into them (FREAK, LOGJAM).',
  next: 'Ask the provider to take the export suites out.',
  look: (seen) => lookForSuites(seen, (suite) => suite.export),
}
