import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 5321 4.2. Case 7. */
export const malformedAnswer: Rule<HostObservation> = {
  id: 'malformed-answer',
  severity: 'high',
  title: 'The server answers with something that is not SMTP',
  why: 'A sender that reads on may be led astray, a careful one stops.',
  next: 'Ask the provider what listens on this port.',
  look: ({ decisive: { end }, judgement }) => {
    if (judgement.cause === 'wrong-code') return `${judgement.words}: ${visible(judgement.quote ?? '')}`
    return end.kind === 'malformed' ? `${end.why}: ${visible(end.shown)}` : undefined
  },
}
