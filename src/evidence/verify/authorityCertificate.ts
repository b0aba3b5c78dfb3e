import {
  type Der,
  type Octets,
  readBits,
  readBoolean,
  readChildren,
  readDer,
  readInteger,
  readOid,
  readTime,
  tags,
  within,
} from './der.ts'
import { printName } from './authorityName.ts'
import { equalOctets } from './octets.ts'
import { verifySignature } from './signatureAlgorithm.ts'

/** What is asked of a certificate here (RFC 5280 4.1). */
export interface Certificate {
  readonly der: Octets
  readonly serial: Octets
  readonly issuer: Octets
  readonly subject: Octets
  readonly notBefore: number
  readonly notAfter: number
  /** SubjectPublicKeyInfo (4.1.2.7). */
  readonly key: Der
  /** One line a person can read: `CN=…, O=…`. */
  readonly name: string
  readonly keyId: Octets | undefined
  /** OIDs of the purposes that it is for (4.2.1.12); undefined where it does not say. */
  readonly purposes: readonly string[] | undefined
  /** OIDs of extensions that nobody may pass over. */
  readonly critical: ReadonlySet<string>
  readonly isAuthority: boolean
  /** How many authorities may stand below it, where it says. */
  readonly depth: number
  readonly tbs: Octets
  readonly algorithm: Der
  readonly signature: Octets
}

export const extensionIds = {
  keyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  policies: '2.5.29.32',
  purposes: '2.5.29.37',
} as const

/** Reads a certificate; undefined where it is not strictly DER, or not laid out as RFC 5280 has it. */
export function readCertificate(der: Octets): Certificate | undefined {
  const [tbs, algorithm, bits] = readChildren(readDer(der), tags.sequence) ?? []
  const fields = readChildren(tbs, tags.sequence) ?? []
  // RFC 5280 4.1.2.1: the version comes first; one without it has no extensions and is of no use here.
  const [version, serial, inner, issuer, validity, subject, key, ...rest] = fields
  const [notBefore, notAfter] = (readChildren(validity, tags.sequence) ?? []).map((time) => readTime(time))
  const signature = readBits(bits)
  const extensions = readExtensions(rest.find(({ tag }) => tag === within(3)))
  if (!tbs || !algorithm || !signature || !extensions || version?.tag !== within(0)) return undefined
  if (serial?.tag !== tags.integer || issuer?.tag !== tags.sequence || subject?.tag !== tags.sequence) return undefined
  // RFC 5280 4.1.1.2: what it says outside of what is signed must stand inside too.
  if (notBefore === undefined || notAfter === undefined || !inner || !equalOctets(inner.raw, algorithm.raw)) return undefined
  const constraints = readConstraints(extensions.values.get(extensionIds.basicConstraints))
  const usage = readKeyUsage(extensions.values.get(extensionIds.keyUsage))
  if (key?.tag !== tags.sequence || !constraints || usage === 'malformed') return undefined
  const purposes = readPurposes(extensions.values.get(extensionIds.purposes))
  if (purposes === 'malformed') return undefined
  return {
    der,
    serial: serial.raw,
    issuer: issuer.raw,
    subject: subject.raw,
    notBefore,
    notAfter,
    key,
    name: printName(subject),
    keyId: readKeyId(extensions.values.get(extensionIds.keyId)),
    purposes,
    critical: extensions.critical,
    isAuthority: constraints.isAuthority && usage !== 'other',
    depth: constraints.depth,
    tbs: tbs.raw,
    algorithm,
    signature,
  }
}

/** Whether one certificate is signed by the key of the other, and by its name. */
export async function isSignedBy(one: Certificate, above: Certificate): Promise<boolean> {
  if (!equalOctets(one.issuer, above.subject)) return false
  return verifySignature(one.algorithm, { key: above.key, data: one.tbs, signature: one.signature })
}

interface Extensions {
  readonly values: ReadonlyMap<string, Octets>
  readonly critical: ReadonlySet<string>
}

function readExtensions(field: Der | undefined): Extensions | undefined {
  const values = new Map<string, Octets>()
  const critical = new Set<string>()
  if (!field) return { values, critical }
  const list = readChildren(readChildren(field)?.[0], tags.sequence)
  if (!list) return undefined
  for (const extension of list) {
    const [id, ...rest] = readChildren(extension, tags.sequence) ?? []
    const [oid, value] = [readOid(id), rest.at(-1)]
    // RFC 5280 4.2: no extension more than once.
    if (oid === undefined || value?.tag !== tags.octets || rest.length > 2 || values.has(oid)) return undefined
    const flag = rest.length === 2 ? readBoolean(rest[0]) : false
    if (flag === undefined) return undefined
    values.set(oid, value.content)
    if (flag) critical.add(oid)
  }
  return { values, critical }
}

/** RFC 5280 4.2.1.9 */
function readConstraints(octets: Octets | undefined): { readonly isAuthority: boolean; readonly depth: number } | undefined {
  if (!octets) return { isAuthority: false, depth: 0 }
  const [flag, length] = readChildren(readDer(octets), tags.sequence) ?? []
  if (!flag) return readDer(octets)?.tag === tags.sequence ? { isAuthority: false, depth: 0 } : undefined
  const isAuthority = readBoolean(flag)
  const depth = length ? readInteger(length) : undefined
  if (isAuthority === undefined || (length && (depth === undefined || depth < 0n))) return undefined
  return { isAuthority, depth: depth === undefined ? Infinity : Number(depth) }
}

/** RFC 5280 4.2.1.3: bit 5 lets a key sign certificates. */
function readKeyUsage(octets: Octets | undefined): 'any' | 'certificates' | 'other' | 'malformed' {
  if (!octets) return 'any'
  const value = readDer(octets)
  if (value?.tag !== tags.bits || value.content.length < 2) return 'malformed'
  return ((value.content[1] ?? 0) & 0x04) === 0 ? 'other' : 'certificates'
}

function readPurposes(octets: Octets | undefined): readonly string[] | undefined | 'malformed' {
  if (!octets) return undefined
  const purposes = readChildren(readDer(octets), tags.sequence)?.map((value) => readOid(value))
  if (!purposes || purposes.length === 0 || purposes.includes(undefined)) return 'malformed'
  return purposes.filter((purpose) => purpose !== undefined)
}

function readKeyId(octets: Octets | undefined): Octets | undefined {
  const value = octets && readDer(octets)
  return value?.tag === tags.octets ? value.content : undefined
}
