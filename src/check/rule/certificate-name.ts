import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** RFC 9525 6. Case 50 in part. */
export const certificateName: Rule<HostObservation> = {
  id: 'certificate-name',
  severity: 'medium',
  title: 'The certificate is for another name',
  why: "Mail to it is encrypted, but to whom is not known: somebody on the way could answer in the server's place.",
  next: 'Ask the provider for a certificate that names this host, or to point MX at the name the certificate has.',
  look: (seen) => certificateEvidence(seen, 'name-mismatch'),
}
