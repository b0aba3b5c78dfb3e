import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 4. Case 39. */
export const mailOpportunistic: Rule<HostObservation> = {
  id: 'mail-opportunistic',
  severity: 'info',
  title: 'Mail is taken in plaintext as well',
  why: 'Usual on port 25: servers that cannot encrypt would else not reach it.',
  next: 'Nothing must be done; senders that demand TLS are safe.',
  look: ({ mail, service }) => (!service.login && mail?.demand === 'none' ? visible(mail.mail?.text ?? '') : undefined),
}
