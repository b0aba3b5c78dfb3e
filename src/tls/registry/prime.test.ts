import { getDiffieHellman } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameGroup } from './prime.ts'
import { primes } from './primes.ts'

test.each([
  ['modp2', 'RFC 2409 group 2'],
  ['modp5', 'RFC 3526 group 5'],
  ['modp14', 'RFC 3526 group 14'],
  ['modp15', 'RFC 3526 group 15'],
  ['modp16', 'RFC 3526 group 16'],
  ['modp17', 'RFC 3526 group 17'],
  ['modp18', 'RFC 3526 group 18'],
])('%s is %s', (group, name) => {
  const prime = getDiffieHellman(group).getPrime()
  expect(nameGroup(prime)).toBe(name)
  expect(nameGroup(Buffer.concat([Buffer.alloc(3), prime]))).toBe(name)
})

// RFC 7919 A: p = 2^b - 2^{b-64} + {[2^{b-130} e] + X} * 2^64 - 1
test.each([
  [2048, 560316],
  [3072, 2625351],
  [4096, 5736041],
  [6144, 15705020],
  [8192, 10965728],
])('ffdhe%i', (bits, x) => {
  const b = BigInt(bits)
  const prime = 2n ** b - 2n ** (b - 64n) + (eulerTimes(b - 130n) + BigInt(x)) * 2n ** 64n - 1n
  expect(nameGroup(Buffer.from(prime.toString(16), 'hex'))).toBe(`RFC 7919 ffdhe${bits}`)
})

/** [2^exponent e], from the series of 1/n!. */
function eulerTimes(exponent: bigint): bigint {
  const spare = 64n
  let term = 2n ** (exponent + spare)
  let sum = 0n
  for (let n = 1n; term > 0n; n++) {
    sum += term
    term /= n
  }
  return sum >> spare
}

// RFC 2409 6.1: 2^768 - 2^704 - 1 + 2^64 * { [2^638 pi] + 149686 }; its octets as RFC 2409 prints them
test('the prime of 768 bits', () => {
  const prime =
    'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff'
  expect(nameGroup(Buffer.from(prime, 'hex'))).toBe('RFC 2409 group 1')
})

test('each digest stands once, under a name of its own', () => {
  expect(new Set(primes.map(([sha256]) => sha256)).size).toBe(primes.length)
  expect(new Set(primes.map(([, , name]) => name)).size).toBe(primes.length)
  for (const [sha256, bits, name] of primes) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(bits).toBeGreaterThanOrEqual(512)
    const said = /(\d+) bits/.exec(name)
    if (said) expect(Number(said[1])).toBe(bits)
  }
})

test('a prime that nobody made known has no name, whatever octets come', () => {
  expect(nameGroup(Buffer.alloc(0))).toBeUndefined()
  expect(nameGroup(Buffer.alloc(256))).toBeUndefined()
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => nameGroup(Buffer.from(octets)) === undefined))
})
