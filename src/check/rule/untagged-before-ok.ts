import { noticed } from './oddity.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9051 6.2.1. Case 44. */
export const untaggedBeforeOk: Rule<HostObservation> = {
  id: 'untagged-before-ok',
  severity: 'low',
  title: 'Other lines come between STARTTLS and the consent to it',
  why: 'They came in plaintext, so anybody may have written them; clients must not believe them.',
  next: 'Ask the provider to update the mail server.',
  look: (seen) => noticed(seen, 'untagged-before-ok'),
}
