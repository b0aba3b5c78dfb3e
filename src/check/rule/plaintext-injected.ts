import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 5 asks to drop what was known before TLS; these octets belong to neither side of it. Case 26. */
export const plaintextInjected: Rule<HostObservation> = {
  id: 'plaintext-injected',
  severity: 'high',
  title: 'Plaintext came after the server agreed to TLS',
  why: "Somebody on the way, or a faulty server, slips in words that would pass for the server's own inside TLS.",
  next: 'Do not send to it until it is explained; show the provider the transcript, and check from another network.',
  look: (seen) => (seen.judgement.cause === 'injected' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined),
}
