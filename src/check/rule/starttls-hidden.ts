import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { keywords } from './keywords.ts'

/** Case 21. */
export const starttlsHidden: Rule<HostObservation> = {
  id: 'starttls-hidden',
  severity: 'high',
  title: 'STARTTLS works but is not offered',
  why: 'Senders ask only for what is offered, so they use plaintext; somebody on the way may be taking the offer out.',
  next: 'Ask the provider to offer STARTTLS; if it does, check from another network.',
  look: (seen) => (seen.judgement.cause === 'hidden' ? `not among ${visible(keywords(seen))}, yet TLS came about` : undefined),
}
