import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** Case 52 in part. */
export const certificateSelfSigned: Rule<HostObservation> = {
  id: 'certificate-self-signed',
  severity: 'medium',
  title: 'The certificate is self-signed',
  why: "Mail to it is encrypted, but to whom is not known: somebody on the way could answer in the server's place.",
  next: 'Ask the provider to use a certificate of a public authority, or to publish it by DANE.',
  look: (seen) => certificateEvidence(seen, 'self-signed'),
}
