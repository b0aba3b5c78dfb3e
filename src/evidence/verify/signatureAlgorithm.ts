import { type KeyObject, constants, verify } from 'node:crypto'
import { type Der, readChildren, readInteger, readOid, tags, within } from './der.ts'

/** NIST's arc; SHA-1 and older are left out: two texts can be made that have the same. */
const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** RFC 4055 5, RFC 5758 3.2: signatures that name their hash. */
const signatures: Readonly<Record<string, readonly [key: 'rsa' | 'ec', hash: string]>> = {
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
}

const rsaEncryption = '1.2.840.113549.1.1.1'
const pss = '1.2.840.113549.1.1.10'
const ed25519 = '1.3.101.112'

/** The name of the hash that an AlgorithmIdentifier stands for, where it is one that can be relied on. */
export function readHash(value: Der | undefined): string | undefined {
  const [oid, parameters] = readChildren(value, tags.sequence) ?? []
  // RFC 5754 2: without parameters, or with NULL.
  if (parameters && parameters.raw.toString('hex') !== '0500') return undefined
  return hashes[readOid(oid) ?? '']
}

interface Signed {
  readonly key: KeyObject
  readonly data: Buffer
  readonly signature: Buffer
  /** What a SignerInfo says of the hash: RSA signatures may not say it themselves (RFC 3370 3.2). */
  readonly hash?: string | undefined
}

/** Verifies a signature of CMS or of a certificate. */
export function verifySignature(algorithm: Der, { key, data, signature, hash }: Signed): boolean {
  const [id, parameters] = readChildren(algorithm, tags.sequence) ?? []
  const oid = readOid(id) ?? ''
  const [kind, own] = signatures[oid] ?? []
  const named = own ?? (oid === rsaEncryption ? hash : undefined)
  try {
    if (oid === ed25519) return key.asymmetricKeyType === 'ed25519' && verify(null, data, key, signature)
    if (oid === pss) return verifyPss(parameters, { key, data, signature, hash })
    // RFC 5652 10.1.1: the hash of the attributes and of the signature is one.
    if (named === undefined || (hash !== undefined && hash !== named)) return false
    if (kind === 'ec') return key.asymmetricKeyType === 'ec' && verify(named, data, { key, dsaEncoding: 'der' }, signature)
    return isStrongRsa(key) && verify(named, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
  } catch {
    // OpenSSL throws where a signature is not even of the form of one.
    return false
  }
}

/** RFC 4055 3.1: hash, mask generation with the same hash, length of the salt. The defaults are those of SHA-1: refused. */
function verifyPss(parameters: Der | undefined, { key, data, signature, hash: said }: Signed): boolean {
  const fields = readChildren(parameters, tags.sequence)
  const field = (number: number): Der | undefined => readChildren(fields?.find(({ tag }) => tag === within(number)))?.[0]
  const hash = readHash(field(0))
  const mask = readChildren(field(1), tags.sequence)
  const salt = Number(readInteger(field(2)) ?? 20n)
  if (hash === undefined || (said !== undefined && said !== hash)) return false
  if (readOid(mask?.[0]) !== '1.2.840.113549.1.1.8' || readHash(mask?.[1]) !== hash) return false
  if (!isStrongRsa(key) || salt < 0 || salt > 512 || fields?.some(({ tag }) => tag === within(3))) return false
  return verify(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt }, signature)
}

function isStrongRsa(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') && bits >= 2048 && bits <= 16_384
}
