import type { HostObservation, Rule } from '../finding.ts'
import { findLeaf } from './certificate.ts'

/** CVE-2017-15361. Case 52 in part. */
export const certificateRoca: Rule<HostObservation> = {
  id: 'certificate-roca',
  severity: 'high',
  title: 'The key of the certificate can be computed (ROCA)',
  why: 'It was made by a chip whose keys can be factored from the public part: somebody on the way could have it.',
  next: 'Ask the provider to make a new key, in software or on another chip, and to have the certificate revoked.',
  look: (seen) => {
    const leaf = findLeaf(seen)
    if (leaf?.keyType !== 'rsa') return undefined
    return leaf.roca ? `rsa ${leaf.keyBits ?? ''} bits, SHA-256 of the key ${leaf.spkiSha256.slice(0, 16)}` : { passed: true }
  },
}
