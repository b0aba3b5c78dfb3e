import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 6066 3. Case 59. */
export const ticketName: Rule<HostObservation> = {
  id: 'ticket-name',
  severity: 'info',
  title: 'A session of one name is resumed under another',
  why: 'What was verified of one name is taken for the other; senders that reuse sessions may be led astray.',
  next: 'Ask the provider to update the TLS software of the server.',
  look: (seen) => lookAtProbe(seen, 'ticket-name'),
}
