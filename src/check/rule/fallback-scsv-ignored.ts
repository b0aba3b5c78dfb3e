import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7507. Case 59. */
export const fallbackScsvIgnored: Rule<HostObservation> = {
  id: 'fallback-scsv-ignored',
  severity: 'low',
  title: 'The server does not notice forced fall-backs',
  why: 'Clients that try again with an older version can be led down to it.',
  next: 'Ask the provider to update the TLS software of the server.',
  look: (seen) => lookAtProbe(seen, 'fallback-scsv'),
}
