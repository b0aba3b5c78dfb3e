import { type Der, readChildren, readOid } from './der.ts'

/** With what a certificate, or an OCSP answer, is signed. */
export interface SignatureAlgorithm {
  readonly oid: string
  readonly key: 'rsa' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'eddsa' | 'mldsa' | 'unknown'
  /** `sha256`, as OpenSSL names it; undefined where the algorithm has none of its own, or is not known. */
  readonly hash: string | undefined
}

/** RFC 3279 2.2, RFC 4055 5, RFC 5758, RFC 8410 3, RFC 9881; the 1.3.14 arc is of the OIW, 2.16.840 of NIST. */
const algorithms: Readonly<Record<string, readonly [SignatureAlgorithm['key'], string?]>> = {
  '1.2.840.113549.1.1.2': ['rsa', 'md2'],
  '1.2.840.113549.1.1.3': ['rsa', 'md4'],
  '1.2.840.113549.1.1.4': ['rsa', 'md5'],
  '1.2.840.113549.1.1.5': ['rsa', 'sha1'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.113549.1.1.14': ['rsa', 'sha224'],
  '1.3.14.3.2.3': ['rsa', 'md5'],
  '1.3.14.3.2.29': ['rsa', 'sha1'],
  '1.3.14.3.2.27': ['dsa', 'sha1'],
  '1.2.840.10040.4.3': ['dsa', 'sha1'],
  '2.16.840.1.101.3.4.3.1': ['dsa', 'sha224'],
  '2.16.840.1.101.3.4.3.2': ['dsa', 'sha256'],
  '1.2.840.10045.4.1': ['ecdsa', 'sha1'],
  '1.2.840.10045.4.3.1': ['ecdsa', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa', 'sha512'],
  '1.3.101.112': ['eddsa'],
  '1.3.101.113': ['eddsa'],
  '2.16.840.1.101.3.4.3.17': ['mldsa'],
  '2.16.840.1.101.3.4.3.18': ['mldsa'],
  '2.16.840.1.101.3.4.3.19': ['mldsa'],
}

const pss = '1.2.840.113549.1.1.10'

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
}

/** Hashes for which two texts of one hash can be made: a signature for one is a signature for the other. */
const broken: ReadonlySet<string> = new Set(['md2', 'md4', 'md5', 'sha1'])

/** Reads an AlgorithmIdentifier (RFC 5280 4.1.1.2). */
export function readSignatureAlgorithm(value: Der | undefined): SignatureAlgorithm | undefined {
  const [algorithm, parameters] = readChildren(value) ?? []
  const oid = readOid(algorithm)
  if (oid === undefined) return undefined
  if (oid === pss) return { oid, key: 'rsa-pss', hash: readPssHash(parameters) }
  const [key, hash] = algorithms[oid] ?? ['unknown']
  return { oid, key, hash }
}

/** RFC 4055 3.1: the hash is the field tagged 0, SHA-1 where there is none. */
function readPssHash(parameters: Der | undefined): string | undefined {
  const fields = readChildren(parameters)
  const field = fields?.find(({ tag }) => tag === 0xa0)
  return fields && !field ? 'sha1' : readHash(readChildren(field)?.[0])
}

/** The hash that an AlgorithmIdentifier names. */
export function readHash(value: Der | undefined): string | undefined {
  return hashes[readOid(readChildren(value)?.[0]) ?? '']
}

/** SHA-1 (SHAttered, 2017), MD5 (2008) and older: RFC 6194, RFC 6151, RFC 9155. OpenSSL refuses them from level 1 on. */
export function isWeakSignature({ hash }: SignatureAlgorithm): boolean {
  return hash !== undefined && broken.has(hash)
}
