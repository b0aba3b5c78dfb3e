import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** Case 51 in part. */
export const certificateNotYetValid: Rule<HostObservation> = {
  id: 'certificate-not-yet-valid',
  severity: 'medium',
  title: 'The certificate is not valid yet',
  why: "Mail to it is encrypted, but to whom is not known: somebody on the way could answer in the server's place.",
  next: 'Ask the provider to check its certificate, and check the clock of this machine.',
  look: (seen) => certificateEvidence(seen, 'not-yet-valid'),
}
