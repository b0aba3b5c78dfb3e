import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2014-0160, RFC 6520 4. Case 59. */
export const heartbleed: Rule<HostObservation> = {
  id: 'heartbleed',
  severity: 'high',
  title: 'The server bleeds its memory (Heartbleed)',
  why: 'Anybody can read keys, passwords and mail out of it.',
  next: 'Tell the provider today: update OpenSSL, then change the key, the certificate and every password.',
  look: (seen) => lookAtProbe(seen, 'heartbleed'),
}
