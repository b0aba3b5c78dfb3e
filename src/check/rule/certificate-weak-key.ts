import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** NIST SP 800-131A. Case 52 in part. */
export const certificateWeakKey: Rule<HostObservation> = {
  id: 'certificate-weak-key',
  severity: 'high',
  title: 'The key of the certificate is too short',
  why: 'A key of less than 2,048 bits can be broken: somebody on the way could answer in the place of the server.',
  next: 'Ask the provider for a certificate with an ECDSA key, or RSA of 2,048 bits or more.',
  look: (seen) => certificateEvidence(seen, 'weak-key'),
}
