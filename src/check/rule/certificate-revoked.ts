import { judgeAge } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { findStaple } from './certificate.ts'

/** RFC 6960 2.2. Case 52 in part. */
export const certificateRevoked: Rule<HostObservation> = {
  id: 'certificate-revoked',
  severity: 'high',
  title: 'The certificate has been revoked',
  why: "Its authority has withdrawn it, often because the key was stolen: somebody else may answer in the server's place.",
  next: 'Ask the provider to install a new certificate with a new key at once.',
  look: (seen) => {
    const staple = findStaple(seen)
    // No answer is no news: most servers send none, and senders do not ask the responder themselves.
    if (staple?.kind !== 'verified' || staple.status === 'unknown') return undefined
    if (staple.status === 'good') return judgeAge(staple, seen.now) === 'current' ? { passed: true } : undefined
    return `revoked ${staple.revokedAt ?? ''}${staple.reason === undefined ? '' : ` (${staple.reason})`}, says the OCSP answer that the server itself sends`
  },
}
