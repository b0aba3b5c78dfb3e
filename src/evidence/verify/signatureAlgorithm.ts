import { type Der, type Octets, readChildren, readDer, readInteger, readOid, tags, within } from './der.ts'
import { joinOctets } from './octets.ts'
import { printHex } from './text.ts'

/** A hash that can be relied on: with SHA-1 and older, two texts can be made that have the same. */
export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512'

/** NIST's arc. */
const hashes: Readonly<Record<string, HashName>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
}

/** RFC 4055 5, RFC 5758 3.2: signatures that name their hash. */
const signatures: Readonly<Record<string, readonly [key: 'rsa' | 'ec', hash: HashName]>> = {
  '1.2.840.113549.1.1.11': ['rsa', 'SHA-256'],
  '1.2.840.113549.1.1.12': ['rsa', 'SHA-384'],
  '1.2.840.113549.1.1.13': ['rsa', 'SHA-512'],
  '1.2.840.10045.4.3.2': ['ec', 'SHA-256'],
  '1.2.840.10045.4.3.3': ['ec', 'SHA-384'],
  '1.2.840.10045.4.3.4': ['ec', 'SHA-512'],
}

const rsaEncryption = '1.2.840.113549.1.1.1'
const pss = '1.2.840.113549.1.1.10'

/** RFC 5480 2.1.1.1: curves that browsers know, with the octets of a number on each. */
const curves: Readonly<Record<string, readonly [name: string, octets: number]>> = {
  '1.2.840.10045.3.1.7': ['P-256', 32],
  '1.3.132.0.34': ['P-384', 48],
  '1.3.132.0.35': ['P-521', 66],
}

/** The name of the hash that an AlgorithmIdentifier stands for, where it is one that can be relied on. */
export function readHash(value: Der | undefined): HashName | undefined {
  const [oid, parameters] = readChildren(value, tags.sequence) ?? []
  // RFC 5754 2: without parameters, or with NULL.
  if (parameters && printHex(parameters.raw) !== '0500') return undefined
  return hashes[readOid(oid) ?? '']
}

interface Signed {
  /** SubjectPublicKeyInfo (RFC 5280 4.1.2.7). */
  readonly key: Der
  readonly data: Octets
  readonly signature: Octets
  /** What a SignerInfo says of the hash: RSA signatures may not say it themselves (RFC 3370 3.2). */
  readonly hash?: HashName | undefined
}

/** Verifies a signature of CMS or of a certificate. */
export async function verifySignature(algorithm: Der, { key, data, signature, hash }: Signed): Promise<boolean> {
  const [id, parameters] = readChildren(algorithm, tags.sequence) ?? []
  const oid = readOid(id) ?? ''
  const [kind, own] = signatures[oid] ?? []
  const named = own ?? (oid === rsaEncryption ? hash : undefined)
  const keyOid = readOid(readChildren(readChildren(key, tags.sequence)?.[0], tags.sequence)?.[0])
  try {
    if (oid === pss) return keyOid === rsaEncryption && (await verifyPss(parameters, { key, data, signature, hash }))
    // RFC 5652 10.1.1: the hash of the attributes and of the signature is one.
    if (named === undefined || (hash !== undefined && hash !== named)) return false
    if (kind === 'ec') return keyOid === '1.2.840.10045.2.1' && (await verifyEcdsa({ key, data, signature, hash: named }))
    return keyOid === rsaEncryption && (await verifyWith(key, { name: 'RSASSA-PKCS1-v1_5', hash: named }, signature, data))
  } catch {
    // What is not even a key, or of a kind that is not known here, has signed nothing.
    return false
  }
}

interface Algorithm {
  readonly name: string
  readonly hash?: HashName
  readonly namedCurve?: string
  readonly saltLength?: number
}

async function verifyWith(key: Der, algorithm: Algorithm, signature: Octets, data: Octets): Promise<boolean> {
  const imported = await crypto.subtle.importKey('spki', key.raw, algorithm, false, ['verify'])
  const { modulusLength } = imported.algorithm as { readonly modulusLength?: number }
  if (modulusLength !== undefined && (modulusLength < 2048 || modulusLength > 16_384)) return false
  return crypto.subtle.verify(algorithm, imported, signature, data)
}

/** RFC 4055 3.1: hash, mask generation with the same hash, length of the salt. The defaults are those of SHA-1: refused. */
async function verifyPss(parameters: Der | undefined, { key, data, signature, hash: said }: Signed): Promise<boolean> {
  const fields = readChildren(parameters, tags.sequence)
  const field = (number: number): Der | undefined => readChildren(fields?.find(({ tag }) => tag === within(number)))?.[0]
  const hash = readHash(field(0))
  const mask = readChildren(field(1), tags.sequence)
  const saltLength = Number(readInteger(field(2)) ?? 20n)
  if (hash === undefined || (said !== undefined && said !== hash)) return false
  if (readOid(mask?.[0]) !== '1.2.840.113549.1.1.8' || readHash(mask?.[1]) !== hash) return false
  if (saltLength < 0 || saltLength > 512 || fields?.some(({ tag }) => tag === within(3))) return false
  return verifyWith(key, { name: 'RSA-PSS', hash, saltLength }, signature, data)
}

/** RFC 3279 2.2.3 has two INTEGERs, and Web Crypto two numbers of fixed length. */
async function verifyEcdsa({ key, data, signature, hash }: Signed & { readonly hash: HashName }): Promise<boolean> {
  const parameters = readChildren(readChildren(key, tags.sequence)?.[0], tags.sequence)?.[1]
  const [namedCurve, length] = curves[readOid(parameters) ?? ''] ?? []
  const numbers = readChildren(readDer(signature), tags.sequence)?.map((number) => padNumber(number, length ?? 0))
  if (namedCurve === undefined || numbers?.length !== 2) return false
  const [r, s] = numbers
  return r !== undefined && s !== undefined && verifyWith(key, { name: 'ECDSA', namedCurve, hash }, joinOctets(r, s), data)
}

function padNumber(value: Der, length: number): Octets | undefined {
  // The numbers of P-521 have 67 octets with a zero in front: more than readInteger takes.
  if (value.tag !== tags.integer || value.content.length === 0 || (value.content[0] ?? 0) >= 0x80) return undefined
  const octets = value.content[0] === 0 ? value.content.subarray(1) : value.content
  return octets.length > length ? undefined : joinOctets(new Uint8Array(length - octets.length), octets)
}
