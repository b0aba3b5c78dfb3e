import { lookForVersions } from './version.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7568, CVE-2014-3566. Case 55. */
export const sslv3Offered: Rule<HostObservation> = {
  id: 'sslv3-offered',
  severity: 'medium',
  title: 'SSLv3 is still there',
  why: 'Somebody on the way can read parts of what it protects (POODLE).',
  next: 'Ask the provider to switch SSLv3 off.',
  look: (seen) => lookForVersions(seen, [0x0300]),
}
