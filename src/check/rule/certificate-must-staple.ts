import { judgeAge } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { findLeaf, findStaple } from './certificate.ts'

/** RFC 7633 4.2.3.1, 4.3.3. */
export const certificateMustStaple: Rule<HostObservation> = {
  id: 'certificate-must-staple',
  severity: 'medium',
  title: 'The certificate demands an OCSP answer, and the server sends none that is good',
  why: 'A sender that heeds the demand breaks off the handshake.',
  next: 'Ask the provider to switch OCSP stapling on, or for a certificate without the demand (must-staple).',
  look: (seen) => {
    const staple = findStaple(seen)
    if (!findLeaf(seen)?.mustStaple || !staple) return undefined
    if (staple.kind === 'none') return 'must-staple, and no OCSP answer in the handshake'
    const good = staple.kind === 'verified' && staple.status === 'good' && judgeAge(staple, seen.now) === 'current'
    // Where the issuer is not known, nothing can be said of its answer.
    if (good || (staple.kind === 'unverified' && staple.why === 'no-issuer')) return undefined
    return 'must-staple, and the OCSP answer in the handshake does not do'
  },
}
