import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** Cases 52, 53 in part. */
export const certificateUntrusted: Rule<HostObservation> = {
  id: 'certificate-untrusted',
  severity: 'medium',
  title: 'The certificate does not lead to an authority we trust',
  why: "Mail to it is encrypted, but to whom is not known: somebody on the way could answer in the server's place.",
  next: 'Ask the provider to send the whole chain, or to use a public authority; name a private authority in the settings (tls.ca).',
  look: (seen) => certificateEvidence(seen, 'untrusted'),
}
