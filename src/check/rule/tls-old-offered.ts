import { lookForVersions } from './version.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8996. Case 55. */
export const tlsOldOffered: Rule<HostObservation> = {
  id: 'tls-old-offered',
  severity: 'low',
  title: 'TLS 1.0 or 1.1 is still there',
  why: 'Both are out of date (RFC 8996). No harm comes to those who have newer ones, but auditors ask.',
  next: 'Ask the provider to switch them off, once the log shows that nobody needs them.',
  look: (seen) => lookForVersions(seen, [0x0301, 0x0302]),
}
