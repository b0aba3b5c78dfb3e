import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 27. */
export const notTls: Rule<HostObservation> = {
  id: 'not-tls',
  severity: 'high',
  title: 'The server agreed to TLS and sent something else',
  why: 'No sender can encrypt to it.',
  next: 'Ask the provider to mend the server, or what sits in front of it.',
  look: (seen) =>
    seen.judgement.cause === 'handshake-not-tls' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined,
}
