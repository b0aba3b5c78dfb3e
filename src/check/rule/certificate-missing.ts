import type { HostObservation, Rule } from '../finding.ts'
import { certificateEvidence } from './certificate.ts'

/** RFC 5246 anonymous suites. */
export const certificateMissing: Rule<HostObservation> = {
  id: 'certificate-missing',
  severity: 'medium',
  title: 'The server has no certificate',
  why: "Mail to it is encrypted, but to whom is not known: somebody on the way could answer in the server's place.",
  next: 'Ask the provider to install a certificate for the host name.',
  look: (seen) => certificateEvidence(seen, 'no-certificate'),
}
