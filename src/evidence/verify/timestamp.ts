import { type Certificate, readCertificate } from './authorityCertificate.ts'
import { leadsToAuthority, timeStamping } from './authorityChain.ts'
import { readChildren, readDer, readInteger, tags } from './der.ts'
import { sha256 } from './digest.ts'
import { equalOctets } from './octets.ts'
import { type SignedData, findSigner, isSignedContent, readSignedData } from './signedData.ts'
import { decodeBase64, encodeText } from './text.ts'
import { type TimestampInfo, readTimestampInfo } from './timestampInfo.ts'

/** A token with a chain of certificates has some 6 kB. */
export const maxTimestampOctets = 100_000

/** What can be wrong with a time-stamp. The set is closed: a program may rely on it. */
export const timestampFailures = [
  /** The answer is not what RFC 3161 has, or its token is not. */
  'timestamp-malformed',
  /** The authority refused. */
  'timestamp-refused',
  /** It is of another text. */
  'other-text',
  /** It answers another question. */
  'other-nonce',
  /** The certificate that it is signed with is not in it. */
  'authority-missing',
  'signature-wrong',
  /** The certificate is not one for time-stamping, and nothing else. */
  'authority-unfit',
  /** The certificate, or one above it, was not valid at that time, or does not lead to an authority that is trusted. */
  'authority-untrusted',
] as const

export type TimestampFailureKind = (typeof timestampFailures)[number]

/** What a time-stamp is worth. */
export type TimestampVerification =
  | {
      /** `seen`: it is in order, but nobody said which authorities to trust: anybody could have made it. */
      readonly kind: 'verified' | 'seen'
      /** When the text existed, in milliseconds since the epoch, as the authority says. */
      readonly time: number
      /** How far that may be off, in milliseconds, where it says. */
      readonly accuracy: number | undefined
      /** The subject of the certificate that signed. */
      readonly authority: string
      readonly policy: string
      /** Hex. */
      readonly serial: string
    }
  | { readonly kind: 'failed'; readonly failure: TimestampFailureKind; readonly why: string }

export interface TimestampTerms {
  /** What it should be over. */
  readonly text: string
  /** Of the request, where it is known. */
  readonly nonce?: bigint
  /** Certificates of authorities that are trusted, as `readTimestampAuthorities` reads them. */
  readonly authorities?: readonly Certificate[]
}

/** Verifies a TimeStampResp (RFC 3161 2.4.2) over a text, as of the time that it says. Revocation is not looked up. */
export async function verifyTimestamp(
  response: Uint8Array,
  { text, nonce, authorities }: TimestampTerms,
): Promise<TimestampVerification> {
  const opened = openResponse(response)
  if ('failure' in opened) return opened
  const { info, data } = opened
  if (info.hash !== 'SHA-256' || !equalOctets(info.digest, await sha256(encodeText(text)))) {
    return refuseTimestamp('other-text', 'it is of another text')
  }
  if (nonce !== undefined && info.nonce !== nonce) return refuseTimestamp('other-nonce', 'it answers another request')
  const certificate = findSigner(data)
  if (!certificate) return refuseTimestamp('authority-missing', 'the certificate that it is signed with is not in it')
  if (!(await isSignedContent(data, certificate))) return refuseTimestamp('signature-wrong', 'its signature does not verify')
  // RFC 3161 2.3: one purpose, and critical.
  const { purposes, critical } = certificate
  if (purposes?.length !== 1 || purposes[0] !== timeStamping || !critical.has('2.5.29.37')) {
    return refuseTimestamp('authority-unfit', 'the certificate that signed is not one for time-stamping alone')
  }
  const { time, accuracy, policy, serial } = info
  if (time < certificate.notBefore || time > certificate.notAfter) {
    return refuseTimestamp('authority-untrusted', 'the certificate that signed was not valid at the time that it says')
  }
  if (authorities && !(await leadsToAuthority(certificate, { others: data.certificates, authorities, time }))) {
    return refuseTimestamp('authority-untrusted', 'the certificate that signed does not lead to an authority that is trusted')
  }
  return { kind: authorities ? 'verified' : 'seen', time, accuracy, authority: certificate.name, policy, serial }
}

/** Reads the certificates of a PEM file of authorities; undefined where there are none, or one that cannot be read. */
export function readTimestampAuthorities(pem: string): readonly Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  const certificates = blocks.map((block) => {
    const octets = decodeBase64(block.slice(27, -25).replaceAll(/\s/g, ''))
    return octets && readCertificate(octets)
  })
  const read = certificates.filter((one) => one !== undefined)
  return read.length === 0 || read.length < certificates.length ? undefined : read
}

function openResponse(
  response: Uint8Array,
): { readonly info: TimestampInfo; readonly data: SignedData } | Extract<TimestampVerification, { kind: 'failed' }> {
  const malformed = (why: string) => refuseTimestamp('timestamp-malformed', why)
  if (response.length > maxTimestampOctets) return malformed(`it is longer than ${maxTimestampOctets} octets`)
  const [status, token, ...more] = readChildren(readDer(new Uint8Array(response)), tags.sequence) ?? []
  const granted = readInteger(readChildren(status, tags.sequence)?.[0])
  if (granted === undefined || more.length > 0) return malformed('it is not an answer of RFC 3161')
  // granted, and granted with modifications
  if (granted !== 0n && granted !== 1n) return refuseTimestamp('timestamp-refused', `the authority refused (status ${granted})`)
  const data = readSignedData(token)
  const info = data && readTimestampInfo(data.content)
  if (!info) return malformed('its token is not one of RFC 3161')
  return { info, data }
}

function refuseTimestamp(failure: TimestampFailureKind, why: string): Extract<TimestampVerification, { kind: 'failed' }> {
  return { kind: 'failed', failure, why }
}
