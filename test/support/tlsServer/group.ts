import { createECDH, createPublicKey, encapsulate, generateKeyPairSync, randomBytes } from 'node:crypto'
import { Malformed } from './octets.ts'
import { findFiniteField, raise, toOctets } from './prime.ts'

// "TLS Supported Groups" 1 to 28 (RFC 4492 5.1.1, RFC 7027 2), in their order, as OpenSSL calls the curves.
const curves = (
  'sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1 sect283r1 sect409k1 ' +
  'sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1 prime192v1 secp224k1 secp224r1 secp256k1 ' +
  'prime256v1 secp384r1 secp521r1 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1'
).split(' ')

// RFC 8734 2: the Brainpool curves have numbers of their own in TLS 1.3.
const brainpool13 = { first: 31, like: 26 } as const

const montgomery: Readonly<Record<number, 'x25519' | 'x448'>> = { 29: 'x25519', 30: 'x448' }

/** draft-ietf-tls-mlkem 4 and draft-ietf-tls-ecdhe-mlkem 4: the sizes of what a client sends, and which part is first. */
interface Hybrid {
  readonly kem: 'ml-kem-512' | 'ml-kem-768' | 'ml-kem-1024'
  readonly kemOctets: number
  readonly curve?: number
  readonly curveFirst?: boolean
}

const hybrids: Readonly<Record<number, Hybrid>> = {
  512: { kem: 'ml-kem-512', kemOctets: 800 },
  513: { kem: 'ml-kem-768', kemOctets: 1184 },
  514: { kem: 'ml-kem-1024', kemOctets: 1568 },
  4587: { kem: 'ml-kem-768', kemOctets: 1184, curve: 23, curveFirst: true },
  4588: { kem: 'ml-kem-768', kemOctets: 1184, curve: 29 },
  4589: { kem: 'ml-kem-1024', kemOctets: 1568, curve: 24, curveFirst: true },
}

/** ML-KEM, by itself or with a curve. */
export function isHybrid(group: number): boolean {
  return group in hybrids
}

/** Is it one of those that ECDHE up to TLS 1.2 goes by (RFC 8422 5.1.1)? */
export function isCurve(group: number): boolean {
  return (group >= 1 && group <= curves.length) || group in montgomery
}

/** A fresh public key of the curve, as it stands in ServerKeyExchange or key_share. */
export function makePoint(group: number): Buffer {
  const edwards = montgomery[group]
  if (edwards === 'x25519') return generateKeyPairSync('x25519').publicKey.export({ format: 'raw-public' })
  if (edwards === 'x448') return generateKeyPairSync('x448').publicKey.export({ format: 'raw-public' })
  return createECDH(curveName(group)).generateKeys()
}

/** RFC 8446 4.2.8: a share that is none earns illegal_parameter. */
function refuseShare(why: string): Malformed {
  return new Malformed(why, 47)
}

/** The server's key_share in answer to the client's, which is looked at as strictly as a good server does. */
export function answerShare(group: number, share: Buffer): Buffer {
  const hybrid = hybrids[group]
  if (!hybrid) return answerPlain(group, share)
  const { kem, kemOctets, curve, curveFirst } = hybrid
  if (curve === undefined) return answerKem(kem, share)
  const split = curveFirst ? share.length - kemOctets : kemOctets
  if (split < 0) throw refuseShare(`key share ${group} of ${share.length} octets`)
  const [first, second] = [share.subarray(0, split), share.subarray(split)]
  return curveFirst
    ? Buffer.concat([answerPlain(curve, first), answerKem(kem, second)])
    : Buffer.concat([answerKem(kem, first), answerPlain(curve, second)])
}

function answerPlain(group: number, share: Buffer): Buffer {
  const prime = findFiniteField(group)
  if (prime !== undefined) return answerFiniteField(prime, share)
  const length = { 29: 32, 30: 56 }[group]
  if (length === undefined) checkPoint(group, share)
  else if (share.length !== length) throw refuseShare(`key share ${group} of ${share.length} octets`)
  return makePoint(group)
}

/** RFC 8446 4.2.8.1: as long as the prime, and between 1 and p - 1. */
function answerFiniteField(prime: bigint, share: Buffer): Buffer {
  const octets = toOctets(prime).length
  if (share.length !== octets) throw refuseShare(`finite field share of ${share.length} octets, not ${octets}`)
  const y = BigInt(`0x${share.toString('hex')}`)
  if (y <= 1n || y >= prime - 1n) throw refuseShare('finite field share out of range')
  return toOctets(raise(2n, BigInt(`0x${randomBytes(32).toString('hex')}`), prime), octets)
}

/** RFC 8446 4.2.8.2: an uncompressed point that lies on the curve. */
function checkPoint(group: number, share: Buffer): void {
  if (share[0] !== 4) throw refuseShare(`key share ${group} is no uncompressed point`)
  const own = createECDH(curveName(group))
  own.generateKeys()
  try {
    own.computeSecret(share)
  } catch {
    throw refuseShare(`key share ${group} is not on its curve`)
  }
}

function answerKem(kem: Hybrid['kem'], share: Buffer): Buffer {
  try {
    // FIPS 203 7.2: the encapsulation key is checked, its length and that each coefficient is below 3329.
    const key = createPublicKey({ key: share, format: 'raw-public', asymmetricKeyType: kem })
    return Buffer.from(encapsulate(key).ciphertext)
  } catch {
    throw refuseShare(`no ${kem} key of ${share.length} octets`)
  }
}

function curveName(group: number): string {
  const { first, like } = brainpool13
  const name = curves[(group >= first && group < first + 3 ? group - first + like : group) - 1]
  if (name === undefined) throw new Error(`the tests' TLS server has no group ${group}`)
  return name
}
