import { type Certificate, readCertificate } from './authorityCertificate.ts'
import { type Der, type Octets, readChildren, readInteger, readOid, tags, within } from './der.ts'
import { equalOctets, joinOctets } from './octets.ts'
import { type HashName, readHash, verifySignature } from './signatureAlgorithm.ts'

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const

/** A time-stamping authority sends its own certificate and a few above it. */
const maxCertificates = 20

/** RFC 5652 5: one content, one signature over attributes that hold its hash, and certificates that came along. */
export interface SignedData {
  readonly content: Octets
  readonly certificates: readonly Certificate[]
  readonly signer: Signer
}

interface Signer {
  readonly id: Der
  readonly hash: HashName
  /** As they are signed. */
  readonly attributes: Octets
  readonly byOid: ReadonlyMap<string, Der>
  readonly algorithm: Der
  readonly signature: Octets
}

/** Reads a time-stamp token (RFC 3161 2.4.2); undefined where it is not laid out as one. */
export function readSignedData(token: Der | undefined): SignedData | undefined {
  const [type, outer] = readChildren(token, tags.sequence) ?? []
  if (readOid(type) !== oids.signedData) return undefined
  const [version, hashes, encapsulated, ...rest] = readChildren(readChildren(outer, within(0))?.[0], tags.sequence) ?? []
  if (version?.tag !== tags.integer || hashes?.tag !== tags.set) return undefined
  const [contentType, explicit] = readChildren(encapsulated, tags.sequence) ?? []
  const content = readChildren(explicit, within(0))?.[0]
  if (readOid(contentType) !== oids.timestampInfo || content?.tag !== tags.octets) return undefined
  const found = rest.find(({ tag }) => tag === within(0))
  const certificates = found ? readChildren(found) : []
  // RFC 3161 2.4.2: the token holds the signature of the authority and no other.
  const signers = readChildren(rest.at(-1), tags.set)
  const signer = signers?.length === 1 ? readSigner(signers[0]) : undefined
  if (!signer || !certificates || certificates.length > maxCertificates) return undefined
  return {
    content: content.content,
    certificates: certificates.flatMap(({ raw }) => readCertificate(raw) ?? []),
    signer,
  }
}

function readSigner(value: Der | undefined): Signer | undefined {
  const [version, id, digest, attributes, algorithm, signature] = readChildren(value, tags.sequence) ?? []
  const algorithmOfHash = readHash(digest)
  const list = readChildren(attributes, within(0))
  if (readInteger(version) === undefined || !id || !list || !attributes || !algorithm) return undefined
  if (algorithmOfHash === undefined || signature?.tag !== tags.octets) return undefined
  const byOid = new Map<string, Der>()
  for (const attribute of list) {
    const [type, set] = readChildren(attribute, tags.sequence) ?? []
    const oid = readOid(type)
    const values = readChildren(set, tags.set)
    // RFC 5652 11: those that count here have one value, and stand once.
    if (oid === undefined || !values?.[0] || byOid.has(oid)) return undefined
    if (values.length === 1) byOid.set(oid, values[0])
  }
  // RFC 5652 5.4: they are signed as a SET OF, and not under the tag that they stand under.
  const signed = joinOctets(Uint8Array.of(tags.set), attributes.raw.subarray(1))
  return { id, hash: algorithmOfHash, attributes: signed, byOid, algorithm, signature: signature.content }
}

/** RFC 5652 5.3: the certificate that the signature says it is of, among those that came along. */
export function findSigner({ signer: { id }, certificates }: SignedData): Certificate | undefined {
  if (id.tag === 0x80) return certificates.find(({ keyId }) => keyId && equalOctets(keyId, id.content))
  const [issuer, serial] = readChildren(id, tags.sequence) ?? []
  if (!issuer || !serial) return undefined
  return certificates.find((one) => equalOctets(one.issuer, issuer.raw) && equalOctets(one.serial, serial.raw))
}

/** Whether the content is what was signed, by the key of this very certificate (RFC 3161 2.4.2, RFC 5816 2.2.1). */
export async function isSignedContent({ content, signer }: SignedData, certificate: Certificate): Promise<boolean> {
  const { byOid, hash: name, attributes, algorithm, signature } = signer
  if (readOid(byOid.get(oids.contentType)) !== oids.timestampInfo) return false
  const digest = byOid.get(oids.messageDigest)
  if (digest?.tag !== tags.octets || !(await isDigest(digest.content, name, content))) return false
  if (!(await namesCertificate(byOid, certificate))) return false
  return verifySignature(algorithm, { key: certificate.key, data: attributes, signature, hash: name })
}

/** The attribute that keeps a signature from being shown under another certificate of the same key (RFC 2634 5.4, RFC 5035). */
async function namesCertificate(byOid: ReadonlyMap<string, Der>, { der }: Certificate): Promise<boolean> {
  const [newer, older] = [byOid.get(oids.signingCertificateV2), byOid.get(oids.signingCertificate)]
  // ESSCertIDv2: hash algorithm (SHA-256 where left out), hash, issuer and serial. ESSCertID: SHA-1.
  const first = readChildren(readChildren(readChildren(newer ?? older, tags.sequence)?.[0], tags.sequence)?.[0], tags.sequence)
  if (!first) return false
  const [head, next] = first
  const named = newer && head?.tag === tags.sequence
  const name = named ? readHash(head) : newer ? 'SHA-256' : 'SHA-1'
  const digest = named ? next : head
  return name !== undefined && digest?.tag === tags.octets && isDigest(digest.content, name, der)
}

async function isDigest(digest: Octets, name: HashName | 'SHA-1', octets: Octets): Promise<boolean> {
  return equalOctets(digest, new Uint8Array(await crypto.subtle.digest(name, octets)))
}
