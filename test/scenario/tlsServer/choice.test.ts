import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { createAuthority } from '../../../src/world/index.ts'
import {
  forgeIdentity,
  openIdentity,
  readPem,
  takeOwnIdentities,
  type TlsBehaviour,
  weakKeys,
} from '../../support/tlsServer/index.ts'
import { vector } from '../../support/tlsServer/octets.ts'
import { extensions13, type Flight, type HelloFields, openRaw, readServerHello } from './rawClient.ts'

async function answer(behaviour: Partial<TlsBehaviour>, fields: HelloFields) {
  await using client = await openRaw({ versions: [0x0303], suites: [0x002f, 0x0035], ...behaviour })
  await client.hello(fields)
  const flight = await client.flight()
  return flight
}

function named(name: string) {
  return [0, vector(2, Buffer.from([0]), vector(2, Buffer.from(name)))] as const
}

const none = Buffer.alloc(0)

function types({ messages }: Flight): number[] {
  return messages.map(({ type }) => type)
}

it("the order of suites that counts is the server's or the client's", async () => {
  const suites = [0x0035, 0x002f]
  expect(readServerHello(await answer({ order: 'server' }, { suites })).suite).toBe(0x002f)
  expect(readServerHello(await answer({ order: 'client' }, { suites })).suite).toBe(0x0035)
})

it('the order of groups likewise', async () => {
  const fields = {
    suites: [0xc013],
    extensions: [
      [10, Buffer.from('00040018001d', 'hex')],
      [13, Buffer.from('00020804', 'hex')],
    ],
  } as const
  for (const [groupOrder, group] of [
    ['server', 29],
    ['client', 24],
  ] as const) {
    const { messages } = await answer({ suites: [0xc013], groups: [29, 24], groupOrder }, fields)
    expect(messages[2]?.body.subarray(0, 3)).toEqual(Buffer.from([3, 0, group]))
  }
})

it('nothing in common is handshake_failure', async () => {
  expect((await answer({}, { suites: [0x0005] })).alerts).toEqual([[2, 40]])
  expect(
    (await answer({ suites: [0xc02b], identities: (await takeOwnIdentities()).slice(1) }, { suites: [0xc02b] })).alerts,
  ).toEqual([[2, 40]])
})

it('case 30: unrecognized_name is a warning before the ServerHello, or the end', async () => {
  const fields = { extensions: [named('other.example.test')] }
  const warned = await answer({ unrecognizedName: 'warning' }, fields)
  expect(warned.records.map(({ type }) => type)).toEqual([21, 22, 22, 22])
  expect([warned.alerts, types(warned)]).toEqual([[[1, 112]], [2, 11, 14]])
  const refused = await answer({ unrecognizedName: 'fatal' }, fields)
  expect([refused.alerts, types(refused)]).toEqual([[[2, 112]], []])
  expect((await answer({ unrecognizedName: 'fatal' }, {})).alerts).toEqual([])
})

it('case 31: a client without SNI is shown another certificate', async () => {
  const identity = forgeIdentity({ key: weakKeys.rsa(1024) })
  const behaviour = { identitiesWithoutSni: [identity] }
  const without = await answer(behaviour, {})
  const [leaf = none] = identity.chain
  expect(without.messages[1]?.body).toEqual(vector(3, vector(3, leaf)))
  const withSni = await answer(behaviour, { extensions: [named('mx.example.test')] })
  expect(withSni.messages[1]?.body.includes(leaf)).toBe(false)
})

it('a chain is sent as the test has it, be it out of order or of a megabyte', async () => {
  const [own] = (await takeOwnIdentities()).slice(1)
  if (!own) throw new Error('no RSA identity')
  const [leaf = none] = own.chain
  const chain = [Buffer.from('not a certificate'), leaf, ...Array.from({ length: 1024 }, () => Buffer.alloc(1021))]
  const { messages, records } = await answer({ identities: [{ ...own, chain }] }, {})
  expect(messages[1]?.body).toEqual(vector(3, ...chain.map((certificate) => vector(3, certificate))))
  expect(messages[1]?.body.length).toBeGreaterThan(1_048_576)
  expect(records.every(({ body }) => body.length <= 16_384)).toBe(true)
})

it('an intermediate may be missing or come first, and the root be sent along', async () => {
  const authority = await createAuthority()
  const whole = openIdentity(await authority.issue({ names: ['mx.example.test'], keyType: 'rsa', intermediate: true }))
  const [leaf = none, between = none] = whole.chain
  const [root = none] = readPem(authority.pem)
  const names = [leaf, between, root].map((der) => new X509Certificate(der).subject)
  expect(names).toEqual([
    'CN=mx.example.test',
    String.raw`CN=Sealpost world authority\, intermediate`,
    'CN=Sealpost world authority',
  ])
  for (const chain of [[leaf], [between, leaf], [leaf, between, root]]) {
    const { messages } = await answer({ identities: [{ ...whole, chain }] }, {})
    expect(messages[1]?.body).toEqual(vector(3, ...chain.map((certificate) => vector(3, certificate))))
  }
})

it('extensions are answered where they were asked for, and no other', async () => {
  const extensions = [
    named('mx.example.test'),
    [35, none],
    [22, none],
    [23, none],
    [15, Buffer.from([1])],
    [0xff01, Buffer.from([0])],
  ] as const
  const { extensions: answered } = readServerHello(await answer({ heartbeat: 'sound' }, { extensions }))
  expect([...answered]).toEqual([
    [0xff01, Buffer.from([0])],
    [0, none],
    [22, none],
    [23, none],
    [35, none],
    [15, Buffer.from([1])],
  ])
  expect(readServerHello(await answer({ heartbeat: 'sound' }, {})).extensions.size).toBe(0)
  expect(readServerHello(await answer({ extensions: [] }, { extensions })).extensions.size).toBe(0)
})

it('encrypt_then_mac is for CBC alone (RFC 7366 3)', async () => {
  const fields = { suites: [0x009c], extensions: [[22, none]] } as const
  expect(readServerHello(await answer({ suites: [0x009c] }, fields)).extensions.size).toBe(0)
})

it('the signalling value asks for renegotiation_info too (RFC 5746 3.6)', async () => {
  const { extensions } = readServerHello(await answer({}, { suites: [0x002f, 0x00ff] }))
  expect([...extensions]).toEqual([[0xff01, Buffer.from([0])]])
})

it('TLS_FALLBACK_SCSV is honoured or not (RFC 7507 3)', async () => {
  const versions = [0x0303, 0x0302]
  const fields = { version: 0x0302, suites: [0x002f, 0x5600] }
  expect((await answer({ versions }, fields)).alerts).toEqual([[2, 86]])
  expect(readServerHello(await answer({ versions, fallback: 'ignored' }, fields)).version).toBe(0x0302)
  expect(readServerHello(await answer({ versions }, { ...fields, version: 0x0303 })).version).toBe(0x0303)
})

it('DEFLATE is chosen where both have it', async () => {
  const compression = [1, 0]
  expect(readServerHello(await answer({ compression: [1] }, { compression })).compression).toBe(1)
  expect(readServerHello(await answer({ compression: [1] }, {})).compression).toBe(0)
  expect(readServerHello(await answer({}, { compression })).compression).toBe(0)
})

it("a session id is fresh, empty or the client's", async () => {
  const sessionId = Buffer.from('session of the test')
  const read = async (kind: TlsBehaviour['sessionId']) =>
    readServerHello(await answer({ sessionId: kind }, { sessionId })).sessionId
  expect(await read('echoed')).toEqual(sessionId)
  expect(await read('empty')).toHaveLength(0)
  expect(await read('fresh')).toHaveLength(32)
})

it('a staple and a CertificateRequest have their places', async () => {
  const staple = Buffer.from('staple of the test')
  const certificateRequest = { types: [1, 64], schemes: [0x0401], authorities: [Buffer.from('3000', 'hex')] }
  const fields = { extensions: [[5, Buffer.from('0100000000', 'hex')]] } as const
  const flight = await answer({ staple, certificateRequest }, fields)
  expect(types(flight)).toEqual([2, 11, 22, 13, 14])
  expect(flight.messages[2]?.body).toEqual(Buffer.concat([Buffer.from([1]), vector(3, staple)]))
  expect(flight.messages[3]?.body).toEqual(Buffer.from('02014000020401000400023000', 'hex'))
  const old = await answer({ certificateRequest, versions: [0x0302] }, {})
  expect(old.messages[2]?.body).toEqual(Buffer.from('020140000400023000', 'hex'))
})

it('RFC 8446 4.1.3: a server of TLS 1.3 marks what is less', async () => {
  const last = async (versions: number[], version: number) =>
    readServerHello(await answer({ versions }, { version }))
      .random.subarray(24)
      .toString('latin1')
  expect(await last([0x0304, 0x0303], 0x0303)).toBe('DOWNGRD\x01')
  expect(await last([0x0304, 0x0302], 0x0302)).toBe('DOWNGRD\x00')
  expect(await last([0x0303], 0x0303)).not.toMatch(/^DOWNGRD/)
})

it('what a ServerHello says can be forced, and any message rewritten', async () => {
  const forced = { version: 0x0305, suite: 0x1399, compression: 64 }
  expect(readServerHello(await answer({ forced }, {}))).toMatchObject(forced)
  const rewrite: TlsBehaviour['rewrite'] = (name, bytes) => (name === 'certificate' ? Buffer.from('0b0000020000', 'hex') : bytes)
  expect((await answer({ rewrite }, {})).messages[1]).toEqual({ type: 11, body: Buffer.from([0, 0]) })
})

const share = Buffer.alloc(32, 9)

it.each([
  ['no key_share', extensions13([29], []).slice(0, 3), 109],
  ['a share for a group it does not name', extensions13([23], [[29, share]]), 47],
  ['no group in common', extensions13([25], []), 40],
  ['a short share', extensions13([29], [[29, share.subarray(1)]]), 47],
  ['a point off the curve', extensions13([23], [[23, Buffer.alloc(65, 4)]]), 47],
  ['an ML-KEM key out of range', extensions13([4588], [[4588, Buffer.alloc(1216, 255)]]), 47],
  ['a finite field share that is short', extensions13([256], [[256, Buffer.alloc(255, 9)]]), 47],
] as const)('TLS 1.3: %s is refused', async (_what, extensions, alert) => {
  const behaviour = { versions: [0x0304], suites: [0x1301], groups: [29, 23, 256, 4588] }
  expect((await answer(behaviour, { suites: [0x1301], extensions })).alerts).toEqual([[2, alert]])
})

it('TLS 1.3: a HelloRetryRequest for the group the server likes best', async () => {
  await using client = await openRaw({ groups: [24, 29], helloRetry: 'preferred' })
  await client.hello({ suites: [0x1301], sessionId: share, extensions: extensions13([29, 24], [[29, share]]) })
  const { random, extensions, version, sessionId } = readServerHello(await client.flight(1))
  // RFC 8446 4.1.3
  expect(random.toString('hex')).toBe('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c')
  expect([...extensions]).toEqual([
    [43, Buffer.from([3, 4])],
    [51, Buffer.from([0, 24])],
  ])
  expect([version, sessionId]).toEqual([0x0303, share])
  // The same again, where the one share was asked for.
  await client.hello({ suites: [0x1301], extensions: extensions13([29, 24], [[29, share]]) })
  expect((await client.flight()).alerts).toEqual([[2, 47]])
  expect(client.connection.seen.hellos).toHaveLength(2)
})

it.each([
  ['records', [22, 20, 23, 23, 23, 23]],
  ['close', [22]],
] as const)('TLS 1.3: after the ServerHello come %s', async (encrypted, expected) => {
  await using client = await openRaw({ encrypted })
  await client.hello({ suites: [0x1301], sessionId: share, extensions: extensions13([29], [[29, share]]) })
  const { records } = await client.flight(expected.length)
  expect(records.map(({ type }) => type)).toEqual(expected)
})
