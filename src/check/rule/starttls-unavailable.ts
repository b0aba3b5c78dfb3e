import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 4: 454, TLS not available due to temporary reason. Case 22. */
export const starttlsUnavailable: Rule<HostObservation> = {
  id: 'starttls-unavailable',
  severity: 'medium',
  title: 'STARTTLS is offered but put off again and again',
  why: 'Careful senders wait, careless ones go on in plaintext.',
  next: 'Ask the provider why TLS is not available (454) on this server.',
  look: (seen) =>
    seen.judgement.cause === 'starttls-4xx'
      ? `${seen.hops.length} tries, each answered ${visible(seen.judgement.quote ?? '')}`
      : undefined,
}
