import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** Case 51 in part. */
export const certificateExpired: Rule<HostObservation> = {
  id: 'certificate-expired',
  severity: 'medium',
  title: 'The certificate has expired',
  why: "Mail to it is encrypted, but to whom is not known: somebody on the way could answer in the server's place.",
  next: 'Ask the provider to renew the certificate and to automate it.',
  look: (seen) => certificateEvidence(seen, 'expired'),
}
