import { findClearLogin } from './login.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8314 4.1. Case 33. */
export const authInClearRelay: Rule<HostObservation> = {
  id: 'auth-in-clear-relay',
  severity: 'info',
  title: 'A log-in is offered in plaintext on the port for mail between servers',
  why: 'Nobody should log in there; who does sends the password for everybody to read.',
  next: 'Ask the provider to offer no log-in on port 25.',
  look: (seen) => (seen.service.login ? undefined : findClearLogin(seen)),
}
