import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { connect, type ConnectionOptions } from 'node:tls'
import { expect, it } from 'vitest'
import {
  everySuite,
  forgeIdentity,
  startTlsServer,
  type TlsBehaviour,
  type TlsSeen,
  weakKeys,
} from '../../support/tlsServer/index.ts'

const suitesOf10 = {
  'NULL-MD5': 0x0001,
  'NULL-SHA': 0x0002,
  'AES128-SHA': 0x002f,
  'CAMELLIA256-SHA': 0x0084,
  'DHE-RSA-AES128-SHA': 0x0033,
  'DHE-RSA-CAMELLIA128-SHA': 0x0045,
  'ADH-AES128-SHA': 0x0034,
  'ADH-CAMELLIA256-SHA': 0x0089,
  'AECDH-NULL-SHA': 0xc015,
  'AECDH-AES256-SHA': 0xc019,
  'ECDHE-RSA-NULL-SHA': 0xc010,
  'ECDHE-RSA-AES128-SHA': 0xc013,
  'ECDHE-ECDSA-NULL-SHA': 0xc006,
  'ECDHE-ECDSA-AES256-SHA': 0xc00a,
}

const suitesOf12 = {
  'NULL-SHA256': 0x003b,
  'AES256-GCM-SHA384': 0x009d,
  'AES128-CCM8': 0xc0a0,
  'ARIA128-GCM-SHA256': 0xc050,
  'DHE-RSA-AES128-SHA256': 0x0067,
  'DHE-RSA-AES256-GCM-SHA384': 0x009f,
  'DHE-RSA-ARIA256-GCM-SHA384': 0xc053,
  'DHE-RSA-AES128-CCM': 0xc09e,
  'DHE-RSA-CHACHA20-POLY1305': 0xccaa,
  'ADH-AES128-GCM-SHA256': 0x00a6,
  'ADH-CAMELLIA128-SHA256': 0x00bf,
  'ECDHE-RSA-AES128-SHA256': 0xc027,
  'ECDHE-RSA-AES128-GCM-SHA256': 0xc02f,
  'ECDHE-RSA-CHACHA20-POLY1305': 0xcca8,
  'ECDHE-RSA-CAMELLIA128-SHA256': 0xc076,
  'ECDHE-ARIA256-GCM-SHA384': 0xc061,
  'ECDHE-ECDSA-AES128-SHA256': 0xc023,
  'ECDHE-ECDSA-AES256-GCM-SHA384': 0xc02c,
  'ECDHE-ECDSA-AES256-CCM8': 0xc0af,
  'ECDHE-ECDSA-ARIA128-GCM-SHA256': 0xc05c,
  'ECDHE-ECDSA-CHACHA20-POLY1305': 0xcca9,
}

const versions = { TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303 } as const

const cases = Object.entries(versions).flatMap(([version, number]) =>
  Object.entries(number === 0x0303 ? { ...suitesOf10, ...suitesOf12 } : suitesOf10).map(
    ([cipher, suite]) => [version as keyof typeof versions, cipher, number, suite] as const,
  ),
)

/** What OpenSSL says in the end: it checked all up to there. */
async function handshake(behaviour: Partial<TlsBehaviour>, options: ConnectionOptions): Promise<{ seen: TlsSeen; code: string }> {
  await using server = await startTlsServer(behaviour, { dialogue: 'none' })
  const { host, port } = server
  const socket = connect({ host, port, rejectUnauthorized: false, ...options })
  const [error] = (await once(socket, 'error').catch((error: unknown) => [error])) as [NodeJS.ErrnoException]
  const [connection] = server.connections
  socket.destroy()
  await connection?.over
  if (!connection) throw new Error('nobody came')
  return { seen: connection.seen, code: error.code ?? error.message }
}

const everything = { versions: [0x0301, 0x0302, 0x0303], suites: everySuite }
const badRecordMac = 'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC'

// A client whose Finished is on the wire took the server's whole flight, with the signature over its parameters.
it.each(cases)('an OpenSSL client of %s takes the flight with %s', async (version, cipher, number, suite) => {
  const ciphers = `${cipher}:@SECLEVEL=0`
  const { seen, code } = await handshake(everything, { minVersion: version, maxVersion: version, ciphers })
  expect(seen.chosen).toMatchObject({ version: number, suite })
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
  expect(seen.records[0]?.body[0]).toBe(16)
  const isRsa = /^(?:NULL|AES|CAMELLIA|ARIA)/.test(cipher)
  expect(seen.premaster).toBe(isRsa ? 'right' : undefined)
  expect(seen.end).toEqual({ kind: 'server', how: 'alert', alert: 20 })
  expect(code).toBe(badRecordMac)
})

it.each([
  ['RSA+SHA1', 0x0201, 'ECDHE-RSA-AES128-SHA'],
  ['RSA+SHA224', 0x0301, 'ECDHE-RSA-AES128-SHA'],
  ['RSA+SHA512', 0x0601, 'ECDHE-RSA-AES128-SHA'],
  ['rsa_pss_rsae_sha256', 0x0804, 'ECDHE-RSA-AES128-SHA'],
  ['rsa_pss_rsae_sha512', 0x0806, 'DHE-RSA-AES128-SHA'],
  ['ECDSA+SHA1', 0x0203, 'ECDHE-ECDSA-AES128-SHA'],
  ['ECDSA+SHA384', 0x0503, 'ECDHE-ECDSA-AES128-SHA'],
] as const)('TLS 1.2 signs by %s', async (sigalgs, scheme, cipher) => {
  const options = { maxVersion: 'TLSv1.2', sigalgs, ciphers: `${cipher}:@SECLEVEL=0` } as const
  const { seen } = await handshake({ ...everything, schemes: [scheme] }, options)
  expect(seen.hellos[0]?.schemes).toEqual([scheme])
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
})

it.each(['TLSv1', 'TLSv1.2'] as const)('%s with DSS, by a certificate of no authority', async (version) => {
  const options = { minVersion: version, maxVersion: version, sigalgs: 'DSA+SHA1' } as const
  const identities = [forgeIdentity({ key: weakKeys.dsa(), hash: 'sha1' })]
  const behaviour = { ...everything, schemes: [0x0202], identities }
  const { seen } = await handshake(behaviour, { ...options, ciphers: 'DHE-DSS-AES128-SHA:@SECLEVEL=0' })
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
})

it('TLS 1.2 with Ed25519', async () => {
  const identities = [forgeIdentity({ key: generateKeyPairSync('ed25519') })]
  const { seen } = await handshake({ versions: [0x0303], identities }, { sigalgs: 'ed25519' })
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
})

// OpenSSL takes no smaller prime at any setting; `keyExchange.test.ts` reads those itself.
it.each([1024, 2048] as const)('DHE with the well-known prime of %i bits', async (prime) => {
  const options = { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-SHA:@SECLEVEL=0', minDHSize: 1 } as const
  const { seen } = await handshake({ ...everything, prime }, options)
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
})

it.each([
  ['X25519', 29],
  ['X448', 30],
  ['P-256', 23],
  ['P-384', 24],
  ['P-521', 25],
  ['brainpoolP256r1', 26],
  ['secp256k1', 22],
  ['sect283k1', 9],
] as const)('ECDHE of TLS 1.2 on %s', async (ecdhCurve, group) => {
  const options = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0', ecdhCurve } as const
  const { seen } = await handshake({ ...everything, groups: [23, 29, group] }, options)
  expect(seen.chosen?.group).toBe(group)
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
})

const groups13 = {
  X25519: 29,
  X448: 30,
  'P-256': 23,
  'P-384': 24,
  'P-521': 25,
  brainpoolP256r1tls13: 31,
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  MLKEM512: 512,
  MLKEM1024: 514,
  X25519MLKEM768: 4588,
  SecP256r1MLKEM768: 4587,
  SecP384r1MLKEM1024: 4589,
}

// What follows a ServerHello is random here: a client that fails at that, and no sooner, took the ServerHello.
it.each(Object.entries(groups13))('an OpenSSL client of TLS 1.3 takes the share of %s', async (ecdhCurve, group) => {
  const { seen, code } = await handshake({ groups: [group] }, { minVersion: 'TLSv1.3', ecdhCurve })
  expect(seen.chosen).toMatchObject({ version: 0x0304, group })
  expect(code).toBe('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')
})

it('HelloRetryRequest, and the cookie with it', async () => {
  const behaviour = { groups: [25], cookie: Buffer.from('cookie of the test') }
  const { seen, code } = await handshake(behaviour, { minVersion: 'TLSv1.3', ecdhCurve: 'X25519:P-521' })
  expect(seen.hellos.map(({ keyShares }) => keyShares?.map(({ group }) => group))).toEqual([[29], [25]])
  expect(seen.chosen?.group).toBe(25)
  expect(code).toBe('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')
})

it('case 57: a client breaks off at a second HelloRetryRequest, and at one for the group it gave', async () => {
  const options = { minVersion: 'TLSv1.3', ecdhCurve: 'X25519:P-521' } as const
  const twice = await handshake({ groups: [25], helloRetry: 'twice' }, options)
  expect(twice.seen.hellos).toHaveLength(2)
  expect(twice.seen.alerts).toEqual([{ level: 2, description: 10 }])
  const given = await handshake({ helloRetry: 'given-group' }, options)
  expect(given.seen.hellos).toHaveLength(1)
  expect(given.seen.alerts).toEqual([{ level: 2, description: 47 }])
})

it.each([
  ['record by record of 3 octets', { recordOctets: 3 }],
  ['octet by octet', { writeOctets: 1 }],
  ['all in one record', { coalesced: true }],
  ['with warnings in between', { mishaps: [{ at: 'certificate', kind: 'send', octets: Buffer.from('15030300020170', 'hex') }] }],
] satisfies [string, Partial<TlsBehaviour>][])('a flight %s is taken too', async (_how, behaviour) => {
  const options = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const
  const { seen, code } = await handshake(behaviour, options)
  expect(seen.records.map(({ type }) => type)).toEqual([22, 20, 22])
  expect(code).toBe(badRecordMac)
})

it('extensions, staple and CertificateRequest are in their right shapes', async () => {
  const { seen, code } = await handshake(
    {
      versions: [0x0303],
      staple: Buffer.from('not a response, but the client does not look'),
      certificateRequest: { types: [1, 64], schemes: [0x0403, 0x0804], authorities: [Buffer.from('3000', 'hex')] },
    },
    { servername: 'mx.example.test', requestOCSP: true },
  )
  expect(seen.hellos[0]).toMatchObject({ form: 'tls', servername: 'mx.example.test', records: 1 })
  // Certificate, empty, comes before the ClientKeyExchange.
  expect(seen.records.map(({ type, body }) => [type, body[0]]).slice(0, 2)).toEqual([
    [22, 11],
    [22, 16],
  ])
  expect(code).toBe(badRecordMac)
})
