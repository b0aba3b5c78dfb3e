import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8446 4.4.2.2: which of several certificates is sent depends on what the client can verify. Case 54. */
export const certificateOther: Rule<HostObservation> = {
  id: 'certificate-other',
  severity: 'medium',
  title: 'The server has a second certificate, and that one is not right',
  why: 'Senders that sign and verify with keys of that type are shown it, and find what we found.',
  next: 'Ask the provider to renew it, or to take it out.',
  look: ({ otherCertificates }) => {
    const wrong = otherCertificates.filter(({ problems }) => problems.length > 0)
    if (wrong.length === 0) return undefined
    return wrong
      .map(
        ({ leaf, problems }) => `${leaf.keyType} ${visible(leaf.subject)} (${leaf.sha256.slice(0, 16)}): ${problems.join(', ')}`,
      )
      .join('; ')
  },
}
