import { findClearLogin } from './login.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8314 4.1, RFC 4954 4, RFC 9051 6.2.3. Cases 33, 45. */
export const authInClear: Rule<HostObservation> = {
  id: 'auth-in-clear',
  severity: 'high',
  title: 'A log-in is offered in plaintext',
  why: 'Programs that do not insist on TLS send their password for everybody to read.',
  next: 'Ask the provider to offer log-in inside TLS alone (Postfix: smtpd_tls_auth_only = yes; Dovecot: disable_plaintext_auth = yes).',
  look: (seen) => (seen.service.login ? findClearLogin(seen) : undefined),
}
