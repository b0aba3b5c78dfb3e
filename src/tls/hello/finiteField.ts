import { randomBytes } from 'node:crypto'

/**
 * The X of RFC 7919 A.1 to A.5, by size: p = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1. The numbers are the
 * RFC's; computing the rest is shorter than five primes.
 */
const offsets: ReadonlyMap<number, bigint> = new Map([
  [2048, 560316n],
  [3072, 2625351n],
  [4096, 5736041n],
  [6144, 15705020n],
  [8192, 10965728n],
])

/** The safe prime of the group ffdhe2048 to ffdhe8192 (RFC 7919 A), undefined for other sizes. */
export function findFfdhePrime(bits: number): bigint | undefined {
  const offset = offsets.get(bits)
  if (offset === undefined) return undefined
  const size = BigInt(bits)
  const middle = floorOfE(size - 130n) + offset
  return (1n << size) - (1n << (size - 64n)) + (middle << 64n) - 1n
}

/** A public value 2^x mod p of full length (RFC 8446 4.2.8.1). */
export function createFfdheValue(bits: number): Buffer | undefined {
  const prime = findFfdhePrime(bits)
  if (prime === undefined) return undefined
  // RFC 7919 5.2: an exponent of 400 bits is enough for each of these groups.
  let exponent = BigInt(`0x${randomBytes(50).toString('hex')}`)
  let value = 1n
  for (let power = 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) value = (value * power) % prime
    power = (power * power) % prime
  }
  return Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex')
}

/** floor(2^shift e), by the series of 1/n!, with 64 bits more than are kept. */
function floorOfE(shift: bigint): bigint {
  let term = 1n << (shift + 64n)
  let sum = 0n
  for (let n = 1n; term > 0n; n++) {
    sum += term
    term /= n
  }
  return sum >> 64n
}
