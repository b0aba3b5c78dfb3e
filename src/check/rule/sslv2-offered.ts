import { lookForVersions } from './version.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 6176, CVE-2016-0800. Case 55. */
export const sslv2Offered: Rule<HostObservation> = {
  id: 'sslv2-offered',
  severity: 'high',
  title: 'SSLv2 is still there',
  why: 'With it an attacker can open recorded connections, those of newer versions with the same key among them (DROWN).',
  next: 'Ask the provider to switch SSLv2 off everywhere this key is used.',
  look: (seen) => lookForVersions(seen, [0x0002]),
}
