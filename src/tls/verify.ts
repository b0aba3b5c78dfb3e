import { isIP } from 'node:net'
import type { TlsFacts } from './facts.ts'
import { foldAddress, matchName } from './name.ts'

/** Why a certificate does not vouch for a host. Several may hold at once. */
export type CertificateProblem =
  | 'no-certificate'
  | 'self-signed'
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'name-mismatch'
  | 'weak-key'

/** OpenSSL's words for dates, which are judged here by our own clock. */
const dates: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
const selfSigned: ReadonlySet<string> = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT'])

/**
 * Compares a certificate with the host it should stand for, by PKIX (RFC 5280) and RFC 9525: chain, dates, name.
 * An empty list is a good certificate.
 *
 * @param now milliseconds since the epoch
 */
export function verifyCertificate(facts: TlsFacts, host: string, now: number): readonly CertificateProblem[] {
  const leaf = facts.chain[0]
  if (!leaf) return ['no-certificate']
  const problems: CertificateProblem[] = []
  const error = facts.trustError
  if (leaf.selfSigned && error !== undefined) problems.push('self-signed')
  else if (error !== undefined && !dates.has(error)) problems.push(selfSigned.has(error) ? 'self-signed' : 'untrusted')
  // An intermediate that is out of date shows only in OpenSSL's word; the leaf's dates are read here.
  if (Date.parse(leaf.notAfter) < now || (error === 'CERT_HAS_EXPIRED' && Date.parse(leaf.notBefore) <= now))
    problems.push('expired')
  else if (Date.parse(leaf.notBefore) > now || error === 'CERT_NOT_YET_VALID') problems.push('not-yet-valid')
  const named = isIP(host) === 0 ? leaf.names.some((name) => matchName(name, host)) : leaf.addresses.includes(foldAddress(host))
  if (!named) problems.push('name-mismatch')
  // NIST SP 800-131A; OpenSSL refuses it as well, but only at the security level that senders use.
  if (leaf.keyType === 'rsa' && (leaf.keyBits ?? 0) < 2048) problems.push('weak-key')
  return problems
}
