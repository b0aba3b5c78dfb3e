import { noticed } from './oddity.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 2595 4. Case 46. */
export const stlsUnlisted: Rule<HostObservation> = {
  id: 'stls-unlisted',
  severity: 'low',
  title: 'STLS works but is not listed',
  why: 'Clients that look for it in the list stay in plaintext.',
  next: 'Ask the provider to list STLS.',
  look: (seen) => noticed(seen, 'stls-unlisted'),
}
