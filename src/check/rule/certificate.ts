import { visible } from '../../escape.ts'
import {
  type CertificateFacts,
  type CertificateJudgement,
  type CertificateProblem,
  type ChainProblem,
  type TlsFacts,
  findNameFlaw,
  isWeakKey,
  verifyCertificate,
} from '../../tls/index.ts'
import type { HostObservation } from '../finding.ts'

/** The facts behind one flaw of the certificate; undefined where it has no such flaw. */
export function certificateEvidence(seen: HostObservation, problem: CertificateProblem): string | undefined {
  const tls = findSecure(seen)
  if (!tls || !verifyCertificate(tls, seen.endpoint.host, seen.now).includes(problem)) return undefined
  const leaf = tls.chain[0]
  switch (problem) {
    case 'no-certificate':
      return tls.cipher
    case 'self-signed':
    case 'untrusted':
      return `issued by ${visible(leaf?.issuer ?? '')}${tls.trustError === undefined || isDate(tls.trustError) ? '' : ` (${tls.trustError})`}`
    case 'expired': {
      const kinds = ['intermediate-expired', 'root-expired'] as const
      const above = listProblems(seen, kinds, (one) => `${nameLink(one)}: valid until ${one.notAfter}`)
      return Date.parse(leaf?.notAfter ?? '') < seen.now || above === undefined ? `valid until ${leaf?.notAfter ?? ''}` : above
    }
    case 'not-yet-valid':
      return `valid from ${leaf?.notBefore ?? ''}`
    case 'weak-key': {
      const above = listProblems(seen, 'weak-key', (weak) => `${nameLink(weak)}: ${weak.keyType} ${weak.keyBits} bits`)
      return above === undefined || (leaf && isWeakKey(leaf)) ? `${leaf?.keyType ?? ''} ${leaf?.keyBits ?? ''} bits` : above
    }
    case 'weak-signature': {
      const all = listProblems(seen, 'weak-signature', (weak) => `${nameLink(weak)}: ${weak.hash}`)
      return all ?? `signed with ${leaf?.signature?.key ?? ''} and ${leaf?.signature?.hash ?? ''}`
    }
    case 'name-mismatch': {
      const names = [...(leaf?.names ?? []), ...(leaf?.addresses ?? [])]
      return `the host is ${visible(seen.endpoint.host)}, the certificate names ${names.length === 0 ? 'no host' : visible(names.join(', '))}${tellFlaws(leaf)}`
    }
  }
}

/** Then it was out of date as well, and OpenSSL tells one of two. */
function isDate(trustError: string): boolean {
  return trustError === 'CERT_HAS_EXPIRED' || trustError === 'CERT_NOT_YET_VALID'
}

/** What TLS showed, where the handshake and the EHLO within it went well. */
function findSecure({ decisive: { record, end } }: HostObservation): (TlsFacts & CertificateJudgement) | undefined {
  return end.kind === 'secure' ? record.tls : undefined
}

/** The server's certificate. */
export function findLeaf(seen: HostObservation): CertificateFacts | undefined {
  return findSecure(seen)?.chain[0]
}

/** What is known of the OCSP answer; undefined where none was asked for. */
export function findStaple(seen: HostObservation): CertificateJudgement['stapleJudgement'] {
  return findSecure(seen)?.stapleJudgement
}

/** Problems of some kinds with the certificates as they were sent, in words; undefined where there are none. */
export function listProblems<Kind extends ChainProblem['kind']>(
  seen: HostObservation,
  kinds: Kind | readonly Kind[],
  tell: (problem: Extract<ChainProblem, { kind: Kind }>) => string,
): string | undefined {
  const wanted: readonly string[] = typeof kinds === 'string' ? [kinds] : kinds
  const problems = findSecure(seen)?.chainJudgement?.problems ?? []
  const isWanted = (problem: ChainProblem): problem is Extract<ChainProblem, { kind: Kind }> => wanted.includes(problem.kind)
  const told = problems.filter(isWanted).map(tell)
  return told.length === 0 ? undefined : told.join('; ')
}

/** Which certificate: people count from one. */
export function nameLink({ index, subject }: Pick<ChainProblem, 'index' | 'subject'>): string {
  const name = visible(subject, 200)
  return index === undefined ? `our authority ${name}` : `certificate ${index + 1}${name === '' ? '' : ` (${name})`}`
}

const flawWords = {
  'wildcard-partial': 'a star is the whole first label or means nothing',
  'wildcard-not-first': 'a star stands in the first label or means nothing',
  'wildcard-too-wide': 'a star has two labels or more behind it or means nothing',
  'address-as-name': 'an address is no DNS name',
  'not-a-name': 'it is no DNS name',
} as const

/** RFC 9525 6.3: the first of the names that can stand for no host. */
function tellFlaws(leaf: CertificateFacts | undefined): string {
  for (const name of leaf?.names ?? []) {
    const flaw = findNameFlaw(name)
    if (flaw) return ` (${visible(name, 100)}: ${flawWords[flaw]})`
  }
  return ''
}
