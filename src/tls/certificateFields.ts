import { type Der, readBits, readBoolean, readChildren, readDer, readOid, tags } from './der.ts'
import { type SignatureAlgorithm, readSignatureAlgorithm } from './certificateSignature.ts'

/** The fields of a certificate that node:crypto does not give, as DER (RFC 5280 4.1). */
export interface CertificateFields {
  readonly serial: Der
  readonly issuer: Der
  readonly subject: Der
  /** The key alone, without its algorithm: what OCSP hashes (RFC 6960 4.1.1). */
  readonly publicKey: Buffer
  /** SubjectPublicKeyInfo (RFC 5280 4.1.2.7). */
  readonly keyInfo: Buffer
  readonly signature: SignatureAlgorithm
  /** What each extension holds, by its OID. */
  readonly extensions: ReadonlyMap<string, Buffer>
  /** OIDs of those that nobody may pass over (RFC 5280 4.2). */
  readonly critical: ReadonlySet<string>
}

/** Reads a certificate; undefined where it is not strictly DER, or not laid out as RFC 5280 has it. */
export function readFields(der: Buffer): CertificateFields | undefined {
  const [tbs, algorithm] = readChildren(readDer(der)) ?? []
  const signature = readSignatureAlgorithm(algorithm)
  const [serial, , issuer, , subject, keyInfo, ...rest] = listFields(tbs)
  const publicKey = readBits(readChildren(keyInfo)?.[1])
  const extensions = readExtensions(rest.find(({ tag }) => tag === 0xa3))
  if (serial?.tag !== tags.integer || issuer?.tag !== tags.sequence || subject?.tag !== tags.sequence) return undefined
  if (!keyInfo || !publicKey || !signature || !extensions) return undefined
  return { serial, issuer, subject, publicKey, keyInfo: keyInfo.raw, signature, ...extensions }
}

/** The subject alone, which is all that a list of many authorities is searched by. */
export function readSubject(der: Buffer): Der | undefined {
  const subject = listFields(readChildren(readDer(der))?.[0])[4]
  return subject?.tag === tags.sequence ? subject : undefined
}

/** RFC 5280 4.1.2.1: the version, which comes first, is left out where it is 1. */
function listFields(tbs: Der | undefined): readonly Der[] {
  const fields = readChildren(tbs) ?? []
  return fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
}

function readExtensions(field: Der | undefined): Pick<CertificateFields, 'extensions' | 'critical'> | undefined {
  const extensions = new Map<string, Buffer>()
  const critical = new Set<string>()
  if (!field) return { extensions, critical }
  const list = readChildren(readChildren(field)?.[0])
  if (!list) return undefined
  for (const extension of list) {
    const [id, ...rest] = readChildren(extension) ?? []
    const [oid, value] = [readOid(id), rest.at(-1)]
    if (oid === undefined || value?.tag !== tags.octets) return undefined
    if (rest.length > 2 || (rest.length === 2 && readBoolean(rest[0]) === undefined)) return undefined
    // RFC 5280 4.2: no extension more than once.
    if (extensions.has(oid)) return undefined
    extensions.set(oid, value.content)
    if (rest.length === 2 && readBoolean(rest[0]) === true) critical.add(oid)
  }
  return { extensions, critical }
}
