import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 24. */
export const starttlsAnswer: Rule<HostObservation> = {
  id: 'starttls-answer',
  severity: 'high',
  title: 'STARTTLS is answered with the wrong code',
  why: 'Only 220 means that TLS may begin (RFC 3207 4), so no sender can encrypt.',
  next: 'Ask the provider to mend the server, or what sits in front of it.',
  look: (seen) =>
    seen.judgement.cause === 'starttls-answer' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined,
}
