import { X509Certificate, constants, createHash, verify } from 'node:crypto'
import { describeExtensions } from './certificateExtensions.ts'
import { type CertificateFields, readFields } from './certificateFields.ts'
import { openLink } from './chainLink.ts'
import { PathFinder } from './chainPath.ts'
import type { Der } from './der.ts'
import { type OcspAnswer, type OcspFailure, type OcspStatus, readOcspResponse } from './ocsp.ts'
import type { Trust } from './trust.ts'

/** What the OCSP answer in a handshake is worth (RFC 6066 8, RFC 6960). */
export type StapleJudgement =
  | { readonly kind: 'none' | 'malformed' }
  | { readonly kind: 'unsuccessful'; readonly status: OcspFailure }
  /** It speaks of other certificates. */
  | { readonly kind: 'other-certificate' }
  /** Nobody entitled to has signed it, or the issuer is not known to verify it with. */
  | { readonly kind: 'unverified'; readonly why: 'no-issuer' | 'signer' | 'signature' }
  | {
      readonly kind: 'verified'
      readonly status: OcspStatus['status']
      readonly reason: string | undefined
      /** ISO 8601, as the next two. */
      readonly revokedAt: string | undefined
      readonly thisUpdate: string
      readonly nextUpdate: string | undefined
      readonly signer: 'issuer' | 'delegate'
    }

const day = 86_400_000

/**
 * Whether a verified answer speaks of today (RFC 6960 4.2.2.1). One without an end is good for ten days, which is the
 * most that public authorities give (CA/B Baseline Requirements 4.9.10).
 *
 * @param now milliseconds since the epoch; a clock may be five minutes off
 */
export function judgeAge(
  { thisUpdate, nextUpdate }: Extract<StapleJudgement, { kind: 'verified' }>,
  now: number,
): 'early' | 'current' | 'stale' {
  const begin = Date.parse(thisUpdate)
  if (begin > now + 300_000) return 'early'
  return (nextUpdate === undefined ? begin + 10 * day : Date.parse(nextUpdate)) < now ? 'stale' : 'current'
}

/** id-kp-OCSPSigning (RFC 6960 4.2.2.2). */
const ocspSigning = '1.3.6.1.5.5.7.3.9'

/**
 * Judges the OCSP answer that a server stapled to its handshake.
 *
 * @param staple undefined where it sent none though asked to
 * @param sent its certificates, DER, leaf first; the issuer is looked for there and among our authorities
 * @param now milliseconds since the epoch
 */
export function judgeStaple(staple: Buffer | undefined, sent: readonly Buffer[], trust: Trust, now: number): StapleJudgement {
  // A server with nothing to staple may send an empty one.
  if (!staple || staple.length === 0) return { kind: 'none' }
  const response = readOcspResponse(staple)
  if (response.kind !== 'answer') return response
  const issuer = findIssuer(sent, trust)
  const [subject, authority] = [sent[0] && readFields(sent[0]), issuer && readFields(issuer.raw)]
  if (!subject || !issuer || !authority) return { kind: 'unverified', why: 'no-issuer' }
  const status = response.statuses.find((one) => isAbout(one, subject, authority))
  if (!status) return { kind: 'other-certificate' }
  const signer = findSigner(response, issuer, authority, now)
  if (!signer) return { kind: 'unverified', why: 'signer' }
  if (!isSignedBy(response, signer.certificate)) return { kind: 'unverified', why: 'signature' }
  return {
    kind: 'verified',
    status: status.status,
    reason: status.reason,
    revokedAt: spell(status.revokedAt),
    thisUpdate: new Date(status.thisUpdate).toISOString(),
    nextUpdate: spell(status.nextUpdate),
    signer: signer.kind,
  }
}

/** Few certificates come before the issuer even where they are out of order. */
const maxSent = 10

function findIssuer(sent: readonly Buffer[], trust: Trust): X509Certificate | undefined {
  const links = sent.slice(0, maxSent).flatMap((der, index) => openLink(der, index) ?? [])
  const [leaf] = links
  return leaf?.index === 0 ? new PathFinder(links, trust).findIssuers(leaf)[0]?.certificate : undefined
}

function spell(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString()
}

/** RFC 6960 4.1.1: a certificate is named by hashes of its issuer's name and key, and its serial number. */
function isAbout(status: OcspStatus, subject: CertificateFields, authority: CertificateFields): boolean {
  const { hash, serial, issuerNameHash, issuerKeyHash } = status
  if (hash === undefined || !serial.equals(subject.serial.content)) return false
  return digest(hash, subject.issuer.raw).equals(issuerNameHash) && digest(hash, authority.publicKey).equals(issuerKeyHash)
}

interface Signer {
  readonly kind: 'issuer' | 'delegate'
  readonly certificate: X509Certificate
}

/** RFC 6960 4.2.2.2: the issuer itself, or one whom it certified for this purpose. */
function findSigner(answer: OcspAnswer, issuer: X509Certificate, authority: CertificateFields, now: number): Signer | undefined {
  if (isResponder(answer, authority)) return { kind: 'issuer', certificate: issuer }
  try {
    for (const der of answer.certificates) {
      const fields = readFields(der)
      if (!fields || !isResponder(answer, fields) || !isDelegate(fields, authority.subject)) continue
      const delegate = new X509Certificate(der)
      const inDate = delegate.validFromDate.getTime() <= now && now <= delegate.validToDate.getTime()
      if (inDate && delegate.verify(issuer.publicKey)) return { kind: 'delegate', certificate: delegate }
    }
  } catch {
    // What OpenSSL cannot read signs nothing.
  }
  return undefined
}

function isDelegate({ issuer, extensions }: CertificateFields, authority: Der): boolean {
  return issuer.raw.equals(authority.raw) && (describeExtensions(extensions).extendedKeyUsage?.includes(ocspSigning) ?? false)
}

/** RFC 6960 4.2.1: by name, or by the SHA-1 of the key. */
function isResponder({ responder }: OcspAnswer, { subject, publicKey }: CertificateFields): boolean {
  return responder.kind === 'name' ? responder.name.equals(subject.raw) : responder.hash.equals(digest('sha1', publicKey))
}

function isSignedBy({ algorithm, signed, signature }: OcspAnswer, { publicKey }: X509Certificate): boolean {
  const { key, hash } = algorithm
  if (key === 'unknown' || (hash === undefined && key !== 'eddsa' && key !== 'mldsa')) return false
  const padding = key === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {}
  try {
    return verify(hash ?? null, signed, { key: publicKey, ...padding }, signature)
  } catch {
    return false
  }
}

function digest(hash: string, octets: Buffer): Buffer {
  return createHash(hash).update(octets).digest()
}
