import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2017-13099 and its kin, RFC 5246 7.4.7.1. Case 59. */
export const robot: Rule<HostObservation> = {
  id: 'robot',
  severity: 'high',
  title: 'The server tells whether a guess at its key exchange was right (ROBOT)',
  why: 'Recorded connections with static RSA can be opened by asking often enough.',
  next: 'Tell the provider to update the TLS software, or to take static RSA out (kRSA).',
  look: (seen) => lookAtProbe(seen, 'robot'),
}
