import { constants, createHash, type KeyObject, privateEncrypt, sign } from 'node:crypto'
import { number, vector } from './octets.ts'
import type { Suite } from './suite.ts'

interface Scheme {
  readonly key: 'rsa' | 'ec' | 'dsa' | 'ed25519'
  readonly hash: string | undefined
  readonly pss?: boolean
}

// "TLS SignatureScheme": RFC 8446 4.2.3, and RFC 5246 7.4.1.4.1 for what went before.
const schemes: Readonly<Record<number, Scheme>> = {
  0x0101: { key: 'rsa', hash: 'md5' },
  0x0201: { key: 'rsa', hash: 'sha1' },
  0x0202: { key: 'dsa', hash: 'sha1' },
  0x0203: { key: 'ec', hash: 'sha1' },
  0x0301: { key: 'rsa', hash: 'sha224' },
  0x0303: { key: 'ec', hash: 'sha224' },
  0x0401: { key: 'rsa', hash: 'sha256' },
  0x0402: { key: 'dsa', hash: 'sha256' },
  0x0403: { key: 'ec', hash: 'sha256' },
  0x0501: { key: 'rsa', hash: 'sha384' },
  0x0503: { key: 'ec', hash: 'sha384' },
  0x0601: { key: 'rsa', hash: 'sha512' },
  0x0603: { key: 'ec', hash: 'sha512' },
  0x0804: { key: 'rsa', hash: 'sha256', pss: true },
  0x0805: { key: 'rsa', hash: 'sha384', pss: true },
  0x0806: { key: 'rsa', hash: 'sha512', pss: true },
  0x0807: { key: 'ed25519', hash: undefined },
}

/** Type of a key in the words of this folder: Ed25519 goes with the ECDSA suites (RFC 8422 5.10). */
export function keyTypeOf(key: KeyObject): Suite['key'] {
  const type = key.asymmetricKeyType
  return type === 'ed25519' || type === 'ec' ? 'ec' : type === 'dsa' ? 'dsa' : 'rsa'
}

/** The server's first scheme that the client takes and the key can do; undefined where there is none. */
export function chooseScheme(key: KeyObject, ours: readonly number[], theirs: readonly number[] | undefined): number | undefined {
  // RFC 5246 7.4.1.4.1: a client that names none takes SHA-1.
  const taken = theirs ?? [0x0201, 0x0202, 0x0203]
  return [...ours, ...(theirs ? [] : taken)].find((id) => taken.includes(id) && schemes[id]?.key === key.asymmetricKeyType)
}

/** The signed part of ServerKeyExchange: in TLS 1.2 behind the scheme's number (RFC 5246 7.4.3), else bare. */
export function signParameters(key: KeyObject, version: number, scheme: number | undefined, content: Buffer): Buffer {
  if (version < 0x0303) return vector(2, signOld(key, content))
  const { hash, pss } = (scheme === undefined ? undefined : schemes[scheme]) ?? {}
  if (scheme === undefined) throw new Error('TLS 1.2 signs by a scheme')
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
  return Buffer.concat([number(scheme, 2), vector(2, sign(hash, content, { key, ...padding }))])
}

/** RFC 2246 7.4.3: RSA signs MD5 and SHA-1 one behind the other, in no DigestInfo; DSS and ECDSA sign SHA-1. */
function signOld(key: KeyObject, content: Buffer): Buffer {
  if (key.asymmetricKeyType !== 'rsa') return sign('sha1', content, key)
  const digests = ['md5', 'sha1'].map((hash) => createHash(hash).update(content).digest())
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat(digests))
}
