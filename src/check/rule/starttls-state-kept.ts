import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 4.2. Case 38. */
export const starttlsStateKept: Rule<HostObservation> = {
  id: 'starttls-state-kept',
  severity: 'medium',
  title: 'What was said before TLS still counts inside it',
  why: 'Somebody on the way can begin a transaction that then passes for one of the client.',
  next: 'Ask the provider to update the mail server.',
  look: ({ mail }) => {
    if (!mail) return undefined
    if (mail.state.kind === 'not-tested') return { untested: mail.state.why }
    return mail.state.kind === 'kept' ? visible(mail.state.said.text) : { passed: true }
  },
}
