import { getDiffieHellman } from 'node:crypto'

/** Size of a prime that servers are known for, or any prime, big-endian. */
export type Prime = 512 | 768 | 1024 | 2048 | Buffer

// dh512_p of OpenSSL's s_server up to 1.0.2, copied by sendmail, MySQL and others.
const s512 =
  'da583c16d9852289d0e4af756f4cca92dd4be533b804fb0fed94ef9c8a4403ed574650d36999db29d776276ba2d3d412e218f4dd1e084cf6d8003e7c4774e833'

/** 768 and 1024 are groups 1 and 2 of RFC 2409 6.1 and 6.2, 2048 is group 14 of RFC 3526 3. */
export function findPrime(prime: Prime): bigint {
  if (prime === 512) return BigInt(`0x${s512}`)
  if (prime === 768) return toNumber(getDiffieHellman('modp1').getPrime())
  if (prime === 1024) return toNumber(getDiffieHellman('modp2').getPrime())
  if (prime === 2048) return toNumber(getDiffieHellman('modp14').getPrime())
  return toNumber(prime)
}

// RFC 7919 A.1 to A.5: p = 2^b - 2^(b-64) + (floor(2^(b-130) * e) + X) * 2^64 - 1, with these b and X.
const finiteFields: ReadonlyMap<number, readonly [bits: bigint, x: bigint]> = new Map([
  [0x0100, [2048n, 560_316n]],
  [0x0101, [3072n, 2_625_351n]],
  [0x0102, [4096n, 5_736_041n]],
  [0x0103, [6144n, 15_705_020n]],
  [0x0104, [8192n, 10_965_728n]],
])

/** The prime of ffdhe2048 (0x0100) to ffdhe8192 (0x0104); undefined for other groups. */
export function findFiniteField(group: number): bigint | undefined {
  const [bits, x] = finiteFields.get(group) ?? []
  if (bits === undefined || x === undefined) return undefined
  return 2n ** bits - 2n ** (bits - 64n) + (approximateE(bits - 130n) + x) * 2n ** 64n - 1n
}

/** floor(2^bits * e), as the sum of 1/n!. */
function approximateE(bits: bigint): bigint {
  const spare = 64n
  let term = 2n ** (bits + spare)
  let sum = term
  for (let n = 1n; term > 0n; n++) {
    term /= n
    sum += term
  }
  return sum >> spare
}

/** base^exponent mod modulus: OpenSSL refuses what is small or no prime, and here such a thing may be asked for. */
export function raise(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let square = base % modulus, left = exponent; left > 0n; left >>= 1n, square = (square * square) % modulus) {
    if (left & 1n) result = (result * square) % modulus
  }
  return result
}

/** Big-endian, at least `octets` long. */
export function toOctets(value: bigint, octets = 0): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.alloc(Math.max(0, octets - bytes.length)), bytes])
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}
