import { type Der, readBits, readChildren, readDer, readInteger, readOid, readTime, tags } from './der.ts'
import { type SignatureAlgorithm, readHash, readSignatureAlgorithm } from './certificateSignature.ts'

/** An OCSP response (RFC 6960 4.2.1), read and not yet believed. */
export type OcspResponse =
  | { readonly kind: 'malformed' }
  /** The responder has no answer. */
  | { readonly kind: 'unsuccessful'; readonly status: OcspFailure }
  | OcspAnswer

export interface OcspAnswer {
  readonly kind: 'answer'
  /** What is signed. */
  readonly signed: Buffer
  readonly algorithm: SignatureAlgorithm
  readonly signature: Buffer
  readonly responder: OcspResponder
  readonly statuses: readonly OcspStatus[]
  /** Certificates sent along, DER. */
  readonly certificates: readonly Buffer[]
}

/** Who answers: a name in DER, or the SHA-1 of a key. */
type OcspResponder = { readonly kind: 'name'; readonly name: Buffer } | { readonly kind: 'key'; readonly hash: Buffer }

/** What is said of one certificate. */
export interface OcspStatus {
  /** `sha1` and so on; undefined where it is none that we know. */
  readonly hash: string | undefined
  readonly issuerNameHash: Buffer
  readonly issuerKeyHash: Buffer
  readonly serial: Buffer
  readonly status: 'good' | 'revoked' | 'unknown'
  /** Milliseconds since the epoch, as the next two. */
  readonly revokedAt: number | undefined
  readonly reason: string | undefined
  readonly thisUpdate: number
  readonly nextUpdate: number | undefined
}

/** RFC 6960 4.2.1; 4 is not used. */
const failures = [
  'successful',
  'malformed-request',
  'internal-error',
  'try-later',
  'unused',
  'sig-required',
  'unauthorized',
] as const

export type OcspFailure = Exclude<(typeof failures)[number], 'successful' | 'unused'>

/** RFC 5280 5.3.1; 7 is not used. */
const reasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const

const basic = '1.3.6.1.5.5.7.48.1.1'

/** Limits: an answer to one certificate is one to five kilobytes and says one thing. */
const [maxOctets, maxStatuses, maxCertificates] = [64_000, 32, 4]

/** Reads what a server stapled to its handshake (RFC 6066 8), strictly. */
export function readOcspResponse(octets: Buffer): OcspResponse {
  const [status, bytes] = octets.length > maxOctets ? [] : (readChildren(readDer(octets)) ?? [])
  const failure = failures[Number(status?.tag === tags.enumerated ? (readInteger(status) ?? -1) : -1)]
  if (failure === undefined || failure === 'unused') return { kind: 'malformed' }
  if (failure !== 'successful') return { kind: 'unsuccessful', status: failure }
  const [type, body] = readChildren(openTagged(bytes, 0xa0)) ?? []
  const parts = readOid(type) === basic && body?.tag === tags.octets ? readChildren(readDer(body.content)) : undefined
  return readBasic(parts ?? []) ?? { kind: 'malformed' }
}

function readBasic([data, identifier, bits, along]: readonly Der[]): OcspAnswer | undefined {
  const algorithm = readSignatureAlgorithm(identifier)
  const signature = readBits(bits)
  const fields = readChildren(data)
  if (!data || !fields || !algorithm || !signature) return undefined
  // The version is left out where it is 1 (RFC 6960 4.2.1).
  const [id, , list] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  const responder = readResponder(id)
  const entries = readChildren(list)
  const certificates = along ? readChildren(openTagged(along, 0xa0)) : []
  if (!responder || !entries || entries.length > maxStatuses || !certificates) return undefined
  const statuses: OcspStatus[] = []
  for (const entry of entries) {
    const status = readStatus(readChildren(entry) ?? [])
    if (!status) return undefined
    statuses.push(status)
  }
  const few = certificates.slice(0, maxCertificates).map(({ raw }) => raw)
  return { kind: 'answer', signed: data.raw, algorithm, signature, responder, statuses, certificates: few }
}

function readResponder(id: Der | undefined): OcspResponder | undefined {
  const name = openTagged(id, 0xa1)
  if (name) return { kind: 'name', name: name.raw }
  const key = openTagged(id, 0xa2)
  return key?.tag === tags.octets ? { kind: 'key', hash: key.content } : undefined
}

function readStatus([id, status, since, ...rest]: readonly Der[]): OcspStatus | undefined {
  const [algorithm, name, key, serial] = readChildren(id) ?? []
  const [thisUpdate, said] = [readTime(since), status && readCertStatus(status)]
  if (name?.tag !== tags.octets || key?.tag !== tags.octets || serial?.tag !== tags.integer) return undefined
  if (thisUpdate === undefined || !said) return undefined
  const next = rest.find(({ tag }) => tag === 0xa0)
  const nextUpdate = next && readTime(openTagged(next, 0xa0))
  if (next && nextUpdate === undefined) return undefined
  const about = { issuerNameHash: name.content, issuerKeyHash: key.content, serial: serial.content }
  return { hash: readHash(algorithm), ...about, ...said, thisUpdate, nextUpdate }
}

function readCertStatus(value: Der): Pick<OcspStatus, 'status' | 'revokedAt' | 'reason'> | undefined {
  switch (value.tag) {
    case 0x80:
      return { status: 'good', revokedAt: undefined, reason: undefined }
    case 0x82:
      return { status: 'unknown', revokedAt: undefined, reason: undefined }
    case 0xa1: {
      const [when, why] = readChildren(value) ?? []
      const [revokedAt, code] = [readTime(when), readInteger(openTagged(why, 0xa0))]
      if (revokedAt === undefined || (why && code === undefined)) return undefined
      return { status: 'revoked', revokedAt, reason: code === undefined ? undefined : reasons[Number(code)] }
    }
    default:
      return undefined
  }
}

/** The one value within an explicit tag. */
function openTagged(value: Der | undefined, tag: number): Der | undefined {
  const children = value?.tag === tag ? readChildren(value) : undefined
  return children?.length === 1 ? children[0] : undefined
}
