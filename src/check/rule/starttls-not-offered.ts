import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { keywords } from './keywords.ts'

/** RFC 3207 4: a server says STARTTLS in its answer to EHLO when it can. Case 15. */
export const starttlsNotOffered: Rule<HostObservation> = {
  id: 'starttls-not-offered',
  severity: 'high',
  title: 'STARTTLS is not offered',
  why: 'Most senders use TLS when they are offered it and plaintext when they are not: this mail travels readable.',
  next: 'Ask the provider of this mail server to switch STARTTLS on, with a certificate for the host name.',
  look: (seen) =>
    seen.judgement.cause === 'not-offered' ? `EHLO answered without STARTTLS: ${visible(keywords(seen))}` : undefined,
}
