import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 14. */
export const nameRefused: Rule<HostObservation> = {
  id: 'name-refused',
  severity: 'medium',
  title: 'The server refuses our own name',
  why: 'The fault is on our side: a server wants a fully-qualified name in EHLO (RFC 5321 4.1.4).',
  next: 'Set hostname in the settings file to the full name of this machine.',
  look: ({ decisive: { record } }) =>
    record.rejected.length > 0 && !record.helo
      ? record.rejected.map((entry) => `EHLO ${entry.name}: ${visible(entry.said.text)}`).join('; ')
      : undefined,
}
