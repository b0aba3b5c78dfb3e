import { isIP } from 'node:net'
import type { CertificateFacts } from './certificate.ts'
import type { CertificateJudgement } from './certificateJudgement.ts'
import { isWeakKey } from './certificateKey.ts'
import { isWeakSignature } from './certificateSignature.ts'
import type { ChainJudgement, ChainProblem } from './chainProblem.ts'
import type { TlsFacts } from './facts.ts'
import { standsFor } from './name.ts'

/** Why a certificate does not vouch for a host. Several may hold at once. */
export type CertificateProblem =
  | 'no-certificate'
  | 'self-signed'
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'name-mismatch'
  | 'weak-key'
  | 'weak-signature'

/** OpenSSL's words for dates, which are judged here by our own clock. */
const dates: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
const selfSigned: ReadonlySet<string> = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT'])

/**
 * Compares a certificate with the host it should stand for, by PKIX (RFC 5280) and RFC 9525: chain, dates, name.
 * An empty list is a good certificate. The chain as it was sent, judged, is asked where there is one.
 *
 * @param now milliseconds since the epoch
 */
export function verifyCertificate(
  facts: TlsFacts & CertificateJudgement,
  host: string,
  now: number,
): readonly CertificateProblem[] {
  const leaf = facts.chain[0]
  if (!leaf) return ['no-certificate']
  const problems: CertificateProblem[] = []
  const error = facts.trustError
  const weak = judgeStrength(leaf, facts.chainJudgement)
  if (leaf.selfSigned && error !== undefined) problems.push('self-signed')
  else if (error !== undefined && isUntrusted(error, facts.chainJudgement, weak.length > 0))
    problems.push(selfSigned.has(error) ? 'self-signed' : 'untrusted')
  // An intermediate that is out of date shows only in OpenSSL's word; the leaf's dates are read here.
  if (Date.parse(leaf.notAfter) < now || (error === 'CERT_HAS_EXPIRED' && Date.parse(leaf.notBefore) <= now))
    problems.push('expired')
  else if (Date.parse(leaf.notBefore) > now || error === 'CERT_NOT_YET_VALID') problems.push('not-yet-valid')
  if (!isNamed(leaf, host)) problems.push('name-mismatch')
  return [...problems, ...weak]
}

function isNamed(leaf: CertificateFacts, host: string): boolean {
  const found = standsFor(leaf, host)
  return found === (isIP(host) === 0 ? 'dns' : 'ip')
}

/**
 * OpenSSL tells the last of several errors only: a date hides that the chain leads nowhere, and what its security level
 * refuses hides that as well. The chain followed by our own hand tells which it is; without that, OpenSSL is believed.
 */
function isUntrusted(error: string, chain: ChainJudgement | undefined, weak: boolean): boolean {
  // Node has no word for keys and hashes that are too weak.
  const mayHide = dates.has(error) || (error === 'UNSPECIFIED' && weak)
  if (!mayHide) return true
  // Nothing is known of a chain that could not be read: then a date is a date, and what has no word is not trusted.
  if (!chain || chain.path.length === 0) return !dates.has(error)
  return chain.anchor === undefined || chain.problems.some(breaksTrust)
}

function breaksTrust({ kind }: ChainProblem): boolean {
  return kind === 'not-a-ca' || kind === 'path-length' || kind === 'wrong-purpose'
}

/** What OpenSSL refuses as well, but only at the security level that senders use, and an examination does not. */
function judgeStrength(leaf: CertificateFacts, chain: ChainJudgement | undefined): readonly CertificateProblem[] {
  const problems = chain?.problems ?? []
  const weakKey = isWeakKey(leaf) || problems.some(({ kind }) => kind === 'weak-key')
  const weakLeaf = !leaf.selfSigned && leaf.signature !== undefined && isWeakSignature(leaf.signature)
  const weakSignature = weakLeaf || problems.some(({ kind }) => kind === 'weak-signature')
  return [...(weakKey ? (['weak-key'] as const) : []), ...(weakSignature ? (['weak-signature'] as const) : [])]
}
