import type { CertificateFacts } from './certificate.ts'

/**
 * Less than 112 bits of security (NIST SP 800-57 part 1, table 2; SP 800-131A 3): RSA and DSA below 2,048 bits, curves
 * below 224. OpenSSL refuses such keys, all the way up, at the security level that senders use.
 */
export function isWeakKey({ keyType, keyBits }: Pick<CertificateFacts, 'keyType' | 'keyBits'>): boolean {
  switch (keyType) {
    case 'rsa':
    case 'rsa-pss':
    case 'dsa':
      return (keyBits ?? 0) < 2048
    case 'ec':
      return keyBits !== undefined && keyBits < 224
    default:
      return false
  }
}
