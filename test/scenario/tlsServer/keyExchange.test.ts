import {
  checkPrimeSync,
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  publicDecrypt,
  verify,
  X509Certificate,
} from 'node:crypto'
import { expect, it } from 'vitest'
import { everySuite, forgeIdentity, type TlsBehaviour, weakKeys } from '../../support/tlsServer/index.ts'
import { Reader } from '../../support/tlsServer/octets.ts'
import { findFiniteField, raise } from '../../support/tlsServer/prime.ts'
import { type Flight, type HelloFields, openRaw, random, readServerHello } from './rawClient.ts'

async function exchange(behaviour: Partial<TlsBehaviour>, fields: HelloFields) {
  await using client = await openRaw(behaviour)
  await client.hello(fields)
  const flight = await client.flight()
  return { flight, types: flight.messages.map(({ type }) => type), body: find(flight, 12) }
}

function find({ messages }: Flight, type: number): Buffer {
  return messages.find((message) => message.type === type)?.body ?? Buffer.alloc(0)
}

/** The leaf's key, from the Certificate message. */
function keyOf(flight: Flight): KeyObject {
  const list = new Reader(new Reader(find(flight, 11)).vector(3, 'certificate_list'))
  return new X509Certificate(list.vector(3, 'certificate')).publicKey
}

/** curve_type, named_curve and the point of ECDHE (RFC 8422 5.4). */
function readPoint(reader: Reader): void {
  reader.take(3, 'curve')
  reader.vector(1, 'point')
}

/** RFC 2246 7.4.3, done the other way round: what the signature holds is MD5 and SHA-1 of randoms and parameters. */
function isSigned(flight: Flight, body: Buffer, parameters: number): boolean {
  const content = Buffer.concat([random, readServerHello(flight).random, body.subarray(0, parameters)])
  const key = { key: keyOf(flight), padding: constants.RSA_PKCS1_PADDING }
  const inside = publicDecrypt(key, new Reader(body.subarray(parameters)).vector(2, 'signature'))
  return inside.equals(Buffer.concat(['md5', 'sha1'].map((hash) => createHash(hash).update(content).digest())))
}

it.each([
  [0x0300, 512],
  [0x0300, 768],
  [0x0301, 512],
  [0x0302, 1024],
] as const)('version %i, DHE with %i bits: a prime of that size, signed by RSA', async (version, prime) => {
  const { flight, types, body } = await exchange({ versions: [version], suites: [0x0033], prime }, { version, suites: [0x0033] })
  expect(types).toEqual([2, 11, 12, 14])
  const reader = new Reader(body)
  const [p, g, y] = ['p', 'g', 'Ys'].map((what) => reader.vector(2, what))
  expect(p).toHaveLength(prime / 8)
  expect(checkPrimeSync(p ?? Buffer.alloc(0))).toBe(true)
  expect(g).toEqual(Buffer.from([2]))
  expect(y?.length).toBeGreaterThan(prime / 8 - 4)
  expect(isSigned(flight, body, body.length - reader.left)).toBe(true)
})

it('any prime that a test gives, be it none', async () => {
  const prime = Buffer.from('fffffffffffffff0', 'hex')
  const { body } = await exchange({ suites: [0x0033], prime, generator: 5, versions: [0x0301] }, { suites: [0x0033] })
  expect(body.subarray(0, 13)).toEqual(Buffer.from('0008fffffffffffffff0000105', 'hex'))
})

it.each([
  [0x0003, 512],
  [0x0006, 512],
  [0x0062, 1024],
])('suite %i for export brings an RSA key of %i bits, signed by that of the certificate', async (suite, bits) => {
  const { flight, types, body } = await exchange({ versions: [0x0300], suites: everySuite }, { version: 0x0300, suites: [suite] })
  expect(types).toEqual([2, 11, 12, 14])
  const reader = new Reader(body)
  const [n, e] = [reader.vector(2, 'modulus'), reader.vector(2, 'exponent')]
  const format = { n: n.toString('base64url'), e: e.toString('base64url'), kty: 'RSA' }
  expect(createPublicKey({ key: format, format: 'jwk' }).asymmetricKeyDetails?.modulusLength).toBe(bits)
  expect(isSigned(flight, body, body.length - reader.left)).toBe(true)
})

it.each([0x0014, 0x0019])('suite %i for export takes 512 bits of Diffie-Hellman, whatever the prime', async (suite) => {
  const { body } = await exchange({ versions: [0x0301], suites: everySuite, prime: 2048 }, { suites: [suite] })
  expect(body.readUInt16BE(0)).toBe(64)
})

it.each([0x0018, 0x001b, 0x0034, 0xc016, 0xc018])('suite %i is anonymous: no certificate, no signature', async (suite) => {
  const { types, body } = await exchange({ versions: [0x0301], suites: everySuite, identities: [] }, { suites: [suite] })
  expect(types).toEqual([2, 12, 14])
  const reader = new Reader(body)
  if (suite < 0xc000) for (const what of ['p', 'g', 'Ys']) reader.vector(2, what)
  else readPoint(reader)
  expect(reader.left).toBe(0)
})

it.each([0x0001, 0x0002, 0x0004, 0x0005, 0x0009, 0x000a, 0x002f])('suite %i has no ServerKeyExchange', async (suite) => {
  const { types } = await exchange({ versions: [0x0300], suites: everySuite }, { version: 0x0300, suites: [suite] })
  expect(types).toEqual([2, 11, 14])
})

it('TLS 1.2 signs by RSA and MD5 for a client that takes nothing better', async () => {
  const extensions = [[13, Buffer.from('00020101', 'hex')]] as const
  const { flight, body } = await exchange({ suites: [0xc013], schemes: [0x0101] }, { suites: [0xc013], extensions })
  const reader = new Reader(body)
  readPoint(reader)
  const content = Buffer.concat([random, readServerHello(flight).random, body.subarray(0, body.length - reader.left)])
  expect(reader.number(2, 'scheme')).toBe(0x0101)
  expect(verify('md5', content, keyOf(flight), reader.vector(2, 'signature'))).toBe(true)
})

it('a suite that only newer versions have is not chosen for older ones', async () => {
  const { flight } = await exchange({ versions: [0x0302], suites: [0xc02f, 0x003c] }, { suites: [0xc02f, 0x003c] })
  expect(flight.alerts).toEqual([[2, 40]])
})

it.each([0x0100, 0x0101, 0x0102])('the prime of group %i is one, and of its size (RFC 7919)', (group) => {
  const prime = findFiniteField(group) ?? 0n
  expect(prime.toString(2)).toHaveLength(2048 + (group - 0x0100) * 1024)
  // Fermat's test: quick, and a slip in any digit would show.
  expect(raise(3n, prime - 1n, prime)).toBe(1n)
})

it.each([
  ['rsa of 512 bits and MD5', { key: weakKeys.rsa(512), hash: 'md5' }],
  ['rsa of 1024 bits and SHA-1', { key: weakKeys.rsa(1024), hash: 'sha1' }],
  ['dsa and SHA-1', { key: weakKeys.dsa(), hash: 'sha1' }],
  ['secp224r1 and SHA-1', { key: weakKeys.ec('secp224r1'), hash: 'sha1' }],
] as const)('a certificate forged of %s is one that verifies itself', (_what, options) => {
  const { key, chain } = forgeIdentity(options)
  const certificate = new X509Certificate(chain[0] ?? Buffer.alloc(0))
  expect(certificate.subject).toBe('CN=mx.example.test')
  expect(certificate.subjectAltName).toBe('DNS:mx.example.test')
  expect(certificate.checkPrivateKey(key)).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
})
