import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** RFC 9155, RFC 6151. Case 52 in part. */
export const certificateWeakSignature: Rule<HostObservation> = {
  id: 'certificate-weak-signature',
  severity: 'high',
  title: 'The certificate is signed with a hash that is broken',
  why: 'With SHA-1 and MD5 a second certificate can be made that the same signature is good for. Careful senders refuse it.',
  next: 'Ask the provider for a new certificate; every public authority signs with SHA-256 or better.',
  look: (seen) => certificateEvidence(seen, 'weak-signature'),
}
