import { noticed } from './oddity.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9051 7.1.4. Case 42. */
export const imapPreauth: Rule<HostObservation> = {
  id: 'imap-preauth',
  severity: 'high',
  title: 'The server takes us for logged in at once',
  why: 'STARTTLS is not possible then: whatever follows is readable (or somebody on the way says so to prevent it).',
  next: 'Ask the provider for implicit TLS (port 993), and check from another network.',
  look: (seen) => noticed(seen, 'preauth'),
}
