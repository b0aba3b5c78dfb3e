import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 23. */
export const starttlsRefused: Rule<HostObservation> = {
  id: 'starttls-refused',
  severity: 'high',
  title: 'STARTTLS is offered but refused',
  why: 'Careful senders stop here, careless ones go on in plaintext.',
  next: 'Ask the provider to mend TLS on this server: a missing certificate or key is the usual cause.',
  look: (seen) =>
    seen.judgement.cause === 'starttls-refused' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined,
}
