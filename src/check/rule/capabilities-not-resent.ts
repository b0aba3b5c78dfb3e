import { noticed } from './oddity.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 5804 2.2. Case 47. */
export const capabilitiesNotResent: Rule<HostObservation> = {
  id: 'capabilities-not-resent',
  severity: 'info',
  title: 'The capabilities are not said again after TLS',
  why: 'RFC 5804 asks for it, so that what was said in plaintext is not believed.',
  next: 'Nothing must be done; clients ask on their own.',
  look: (seen) => noticed(seen, 'capabilities-not-resent'),
}
