import 'reflect-metadata'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { AuthorityInfoAccessExtension, CRLDistributionPointsExtension, Extension, KeyUsageFlags } from '@peculiar/x509'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createParty, resignWith } from '../../test/support/chainParty.ts'
import { printDer, printInteger } from '../../test/support/der.ts'
import { describeExtensions } from './certificateExtensions.ts'
import { isRocaModulus } from './certificateRoca.ts'
import { type CertificateFacts, readCertificate } from './index.ts'

const names = ['mx.example.test']
/** TLS feature (RFC 7633 4) and the list of timestamps (RFC 6962 3.3). */
const [feature, timestamps] = ['1.3.6.1.5.5.7.1.24', '1.3.6.1.4.1.11129.2.4.2']

async function read(options: Parameters<typeof createParty>[1] = { names }, subject = 'CN=mx'): Promise<CertificateFacts> {
  const facts = readCertificate((await createParty(subject, options)).der)
  if (!facts) throw new Error('not read')
  return facts
}

it('reads what a certificate says of its use', async () => {
  const extensions = [
    new AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/i.der', ocsp: 'http://ocsp.test/' }),
    new CRLDistributionPointsExtension(['http://ca.test/i.crl']),
    new Extension(feature, false, printDer(0x30, printInteger(5n))),
    new Extension(timestamps, false, printDer(0x04, Buffer.from('000900030102030002aabb', 'hex'))),
  ]
  const uses = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyAgreement | KeyUsageFlags.decipherOnly
  expect(await read({ names, extensions, uses }, 'CN=first, O=Somebody, CN=second')).toMatchObject({
    commonName: 'second',
    authority: false,
    pathLength: undefined,
    keyUsage: ['digitalSignature', 'keyAgreement', 'decipherOnly'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    caIssuers: ['http://ca.test/i.der'],
    ocsp: ['http://ocsp.test/'],
    crls: ['http://ca.test/i.crl'],
    mustStaple: true,
    sctCount: 2,
    keyExponent: undefined,
    signature: { key: 'ecdsa', hash: 'sha256' },
  })
})

it('reads what it does not say as not said', async () => {
  expect(await read({ names, uses: null, purposes: null }, 'O=Nobody')).toMatchObject({
    commonName: undefined,
    authority: false,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    caIssuers: [],
    crls: [],
    mustStaple: false,
    sctCount: 0,
  })
})

it('reads an authority, its limit and its key', async () => {
  expect(await read({ authority: true, pathLength: 3, key: 'rsa-1024' })).toMatchObject({
    authority: true,
    pathLength: 3,
    keyUsage: ['keyCertSign'],
    keyType: 'rsa',
    keyBits: 1024,
    keyExponent: '65537',
    roca: false,
    signature: { key: 'rsa', hash: 'sha256' },
  })
})

it.each([
  ['1.2.840.113549.1.1.4', 'md5'],
  ['1.2.840.113549.1.1.5', 'sha1'],
  ['1.2.840.113549.1.1.14', 'sha224'],
  ['1.2.840.113549.1.1.13', 'sha512'],
])('case 52: reads the hash of the signature (%s)', async (oid, hash) => {
  const party = await createParty('CN=mx', { names, key: 'rsa-1024' })
  expect(readCertificate(resignWith(party, party, oid, hash).der)?.signature).toEqual({ oid, key: 'rsa', hash })
})

it('case 50: reads very many names', async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `host${index}.example.test`)
  expect((await read({ names: many })).names).toEqual(many)
})

it.each([
  ['with a NUL', 'mx.example.test\0.evil.test'],
  ['with a comma', 'mx.example.test, DNS:evil.test'],
])('case 50: takes no name %s for two', async (_, name) => {
  const value = printDer(0x30, printDer(0x82, name))
  const extensions = [new Extension('2.5.29.17', false, value)]
  expect((await read({ authority: false, extensions })).names).toEqual([])
})

it.each([
  ['a list whose length is wrong', '0009000301020300'],
  ['an entry that runs over', '00040009aabb'],
  ['nothing', ''],
])('counts no timestamps in %s', async (_, hex) => {
  const extensions = [new Extension(timestamps, false, printDer(0x04, Buffer.from(hex, 'hex')))]
  expect((await read({ names, extensions })).sctCount).toBe(0)
})

it('throws for no extension, whatever it holds', () => {
  const oids = ['2.5.29.19', '2.5.29.15', '2.5.29.37', '2.5.29.31', '1.3.6.1.5.5.7.1.1', feature, timestamps]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      const facts = describeExtensions(new Map(oids.map((oid) => [oid, Buffer.from(octets)])))
      expect(facts.caIssuers.length).toBeLessThanOrEqual(8)
    }),
  )
})

/** The product of the primes up to 167, which keys of 512 bits were made with. */
const primorial = Array.from({ length: 166 }, (_, index) => index + 2)
  .filter((number) => Array.from({ length: number - 2 }, (_, index) => index + 2).every((divisor) => number % divisor !== 0))
  .reduce((product, prime) => product * BigInt(prime), 1n)

/** As the chip made its primes: k * M + (65537^a mod M). */
function makeFactor(k: bigint, a: number): bigint {
  let power = 1n
  for (let times = 0; times < a; times++) power = (power * 65_537n) % primorial
  return k * primorial + power
}

it('case 52: knows the mark of ROCA', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 2n ** 60n), fc.bigInt(1n, 2n ** 60n), fc.nat(5_000), fc.nat(5_000), (k, l, a, b) => {
      const modulus = makeFactor(k, a) * makeFactor(l, b)
      expect(isRocaModulus(modulus)).toBe(true)
      expect(isRocaModulus(modulus + 2n)).toBe(false)
    }),
    { numRuns: 30 },
  )
})

it('case 52: finds no mark where each prime alone would do', () => {
  // 65537 modulo 3 and its square modulo 7, and one modulo all others: no one power of 65537 is all of these.
  const others = primorial / 21n
  let modulus = 1n
  while (modulus % 3n !== 65_537n % 3n || modulus % 7n !== 65_537n ** 2n % 7n) modulus += others
  expect(isRocaModulus(modulus)).toBe(false)
})

it('case 52: finds no mark on other keys', () => {
  for (let times = 0; times < 5; times++) {
    const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    expect(isRocaModulus(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`))).toBe(false)
  }
  expect(isRocaModulus(0n)).toBe(false)
})

it('case 52: finds the mark of ROCA on a certificate', async () => {
  const issuer = await createParty('CN=Issuer')
  const modulus = makeFactor(2n ** 803n + 1n, 17) * makeFactor(2n ** 803n + 3n, 4)
  const n = Buffer.from(modulus.toString(16).padStart(512, '0'), 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
  const publicKey = key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, true, ['verify'])
  const facts = await read({ issuer, names, publicKey })
  expect(facts).toMatchObject({ roca: true, keyType: 'rsa' })
})
