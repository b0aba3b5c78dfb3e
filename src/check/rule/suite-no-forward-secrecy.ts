import { lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9325 4.1. Case 55. */
export const suiteNoForwardSecrecy: Rule<HostObservation> = {
  id: 'suite-no-forward-secrecy',
  severity: 'info',
  title: 'Suites without forward secrecy are taken',
  why: 'Who gets at the key of the server later can read what was recorded of connections that chose them.',
  next: 'Nothing must be done: clients of today choose better. Ask the provider to take static RSA out (kRSA).',
  look: (seen) => lookForSuites(seen, (suite) => ['rsa', 'dh', 'ecdh'].includes(suite.exchange)),
}
