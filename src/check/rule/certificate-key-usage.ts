import type { CertificateFacts } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { findLeaf } from './certificate.ts'

/** Purposes that a TLS server's certificate may have (RFC 5280 4.2.1.12). */
const purposes: readonly string[] = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']

/** RFC 5280 4.2.1.3, 4.2.1.12. */
export const certificateKeyUsage: Rule<HostObservation> = {
  id: 'certificate-key-usage',
  severity: 'medium',
  title: 'The certificate is not made for a TLS server',
  why: 'It says itself what its key may be used for, and this is not part of it; senders that look refuse it.',
  next: 'Ask the provider for a certificate with digitalSignature and serverAuth.',
  look: (seen) => {
    const tls = seen.decisive.record.tls
    const leaf = findLeaf(seen)
    return tls && leaf ? tell(leaf, tls.forwardSecrecy) : undefined
  },
}

function tell(
  { keyUsage, extendedKeyUsage, authority, selfSigned }: CertificateFacts,
  forwardSecrecy: boolean,
): string | undefined {
  if (extendedKeyUsage && !extendedKeyUsage.some((purpose) => purposes.includes(purpose)))
    return `extended key usage without serverAuth: ${extendedKeyUsage.slice(0, 5).join(', ')}`
  // RFC 8446 4.4.2.2, RFC 5246 7.4.2: the key signs; in the exchange by static RSA it decrypts instead.
  const needed = forwardSecrecy ? 'digitalSignature' : 'keyEncipherment'
  if (keyUsage && !keyUsage.includes(needed)) return `key usage without ${needed}: ${keyUsage.join(', ')}`
  // Who signs for itself vouches for nobody else anyhow.
  return authority && !selfSigned ? 'it is the certificate of an authority (basic constraints CA)' : undefined
}
