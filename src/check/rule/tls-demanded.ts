import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 4. Case 39. */
export const tlsDemanded: Rule<HostObservation> = {
  id: 'tls-demanded',
  severity: 'info',
  title: 'The server demands TLS before mail',
  why: 'It takes nothing in plaintext, whoever sends.',
  next: 'Nothing must be done.',
  look: ({ mail }) => (mail?.demand === 'tls' ? visible(mail.mail?.text ?? '') : undefined),
}
