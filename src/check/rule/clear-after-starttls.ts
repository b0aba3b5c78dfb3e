import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 4. Case 35. */
export const clearAfterStarttls: Rule<HostObservation> = {
  id: 'clear-after-starttls',
  severity: 'medium',
  title: 'The server goes on in plaintext after it agreed to TLS',
  why: 'What stands behind STARTTLS is answered before the handshake: words of two worlds get mixed.',
  next: 'Ask the provider to update the mail server.',
  look: ({ injection }) => (injection?.kind === 'answered-in-clear' ? visible(injection.shown) : undefined),
}
