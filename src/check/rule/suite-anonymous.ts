import { isAnonymous, lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7672 8.2 leaves them to servers on port 25. Case 55. */
export const suiteAnonymous: Rule<HostObservation> = {
  id: 'suite-anonymous',
  severity: 'low',
  title: 'Suites without a certificate are taken',
  why: 'On port 25 they are usual, as most senders check no certificate there; senders that do are not touched.',
  next: 'Nothing must be done; smtpd_tls_exclude_ciphers = aNULL takes them out of Postfix.',
  look: (seen) => (seen.service.login ? undefined : lookForSuites(seen, isAnonymous)),
}
