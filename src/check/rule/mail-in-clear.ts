import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8314 4.1. Case 39. */
export const mailInClear: Rule<HostObservation> = {
  id: 'mail-in-clear',
  severity: 'high',
  title: 'Mail is taken in plaintext where people hand it in',
  why: 'A program that loses STARTTLS, or whose STARTTLS is taken away, hands in its mail for everybody to read.',
  next: 'Ask the provider to demand TLS on this port (Postfix: smtpd_tls_security_level = encrypt).',
  look: ({ mail, service }) => (service.login && mail?.demand === 'none' ? visible(mail.mail?.text ?? '') : undefined),
}
