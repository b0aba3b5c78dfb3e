import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2011-3389, RFC 9325 3.1.1. Case 55. */
export const suiteCbcTls10: Rule<HostObservation> = {
  id: 'suite-cbc-tls10',
  severity: 'low',
  title: 'CBC suites are taken in TLS 1.0',
  why: 'Somebody on the way who can make a client send chosen text can guess parts of the rest (BEAST).',
  next: 'Ask the provider to switch TLS 1.0 off.',
  look: (seen) => lookForSuites(seen, (suite) => suite.mode === 'cbc', [0x0300, 0x0301]),
}
