import { once } from 'node:events'
import { connect } from 'node:net'
import { type TlsOptions, createServer } from 'node:tls'
import { beforeAll, expect, it } from 'vitest'
import { VirtualClock } from '../../../test/support/clock.ts'
import { type Peer, startRawServer } from '../../../test/support/rawServer.ts'
import { systemClock } from '../../clock.ts'
import { type Authority, type Identity, createAuthority } from '../../world/index.ts'
import type { HelloAnswer } from './answer.ts'
import type { ClientHello, Ssl2Hello } from './clientHello.ts'
import { uint16, uint8, vector } from './encode.ts'
import { exchangeHello } from './exchange.ts'
import { printRecords } from './record.ts'

const hello12: ClientHello = {
  version: 0x0303,
  suites: [0xc02b, 0xc02f, 0x009e, 0xc013, 0xc009, 0x002f, 0x00ff],
  groups: [29, 23, 24],
  signatureSchemes: [0x0403, 0x0804, 0x0401, 0x0201, 0x0203],
  servername: 'mx.example.test',
}
const hello13: ClientHello = { ...hello12, version: 0x0304, suites: [0x1301, 0x1302], keyShares: [29] }
const ssl2: Ssl2Hello = { version: 0x0002, kinds: [0x010080] }

let authority: Authority
let rsa: Identity
let ec: Identity

beforeAll(async () => {
  authority = await createAuthority()
  rsa = await authority.issue({ names: ['mx.example.test'], keyType: 'rsa', intermediate: true })
  ec = await authority.issue({ names: ['mx.example.test'] })
})

/** What a server of OpenSSL's answers. */
async function ask(options: TlsOptions, hello: ClientHello | Ssl2Hello): Promise<HelloAnswer> {
  const server = createServer({ ...options, ciphers: 'ALL:@SECLEVEL=0' })
  // Every exchange breaks off after the flight, which the server calls an error.
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    const port = typeof address === 'object' && address ? address.port : 0
    return await exchangeHello(connect(port, '127.0.0.1'), hello, { timeoutMs: 10_000, clock: systemClock })
  } finally {
    server.close()
  }
}

async function askRaw(serve: (peer: Peer) => Promise<void> | void, hello: ClientHello | Ssl2Hello = hello12) {
  const clock = new VirtualClock()
  await using server = await startRawServer(serve)
  const stream = connect(server.port, server.host)
  const answer = await exchangeHello(stream, hello, { timeoutMs: 10_000, clock })
  expect(stream.destroyed).toBe(true)
  return { answer, elapsed: clock.elapsed, received: server.peers[0]?.received ?? '' }
}

it.each([
  [0x0301, 'TLSv1'],
  [0x0302, 'TLSv1.1'],
  [0x0303, 'TLSv1.2'],
] as const)('reads a whole flight of version %i', async (version, name) => {
  const answer = await ask({ ...rsa, minVersion: name, maxVersion: name }, { ...hello12, version })
  expect(answer).toMatchObject({ kind: 'flight', version, complete: true, retry: false, group: 29, compression: 0, warnings: [] })
  if (answer.kind !== 'flight') return
  expect(answer.certificates).toHaveLength(2)
  expect(answer.keyExchange).toEqual({ kind: 'ecdhe', group: 29, scheme: version === 0x0303 ? 0x0804 : undefined })
  expect(answer.bytes.subarray(0, 3)).toEqual(Buffer.of(22, 3, version & 0xff))
})

it('refuses by an alert what the server does not have (case 29)', async () => {
  expect(await ask({ ...rsa, minVersion: 'TLSv1.2' }, { ...hello12, version: 0x0301 })).toMatchObject({
    kind: 'alert',
    level: 2,
    description: 70,
  })
  expect(await ask(rsa, { ...hello12, suites: [0x0005] })).toMatchObject({ kind: 'alert', level: 2, description: 40 })
})

it('reads finite-field parameters, and static RSA without any', async () => {
  const dhe = await ask({ ...rsa, maxVersion: 'TLSv1.2', dhparam: 'auto' }, { ...hello12, suites: [0x009e] })
  expect(dhe).toMatchObject({ suite: 0x009e, complete: true, keyExchange: { kind: 'dhe', bits: 2048, scheme: 0x0804 } })
  const still = await ask({ ...rsa, maxVersion: 'TLSv1.2' }, { ...hello12, suites: [0x002f] })
  expect(still).toMatchObject({ suite: 0x002f, complete: true, keyExchange: undefined, group: undefined })
  const anonymous = await ask({ ...rsa, maxVersion: 'TLSv1.2' }, { ...hello12, suites: [0xc018] })
  expect(anonymous).toMatchObject({ suite: 0xc018, certificates: undefined, keyExchange: { kind: 'ecdhe', scheme: undefined } })
})

it('reads a request for a certificate (case 58)', async () => {
  const answer = await ask({ ...ec, requestCert: true, ca: [authority.pem], maxVersion: 'TLSv1.2' }, hello12)
  expect(answer).toMatchObject({ complete: true, certificateRequest: { types: [1, 2, 64], authorities: 1 } })
})

it('the server takes each extension for what it is', async () => {
  const seen: (string | undefined)[] = []
  const server: TlsOptions = {
    ...rsa,
    maxVersion: 'TLSv1.2',
    ALPNProtocols: ['smtp'],
    SNICallback: (name, done) => {
      seen.push(name)
      done(null)
    },
  }
  const alpn = { type: 16, data: Buffer.from('000504736d7470', 'hex') }
  const answer = await ask(server, {
    ...hello12,
    extendedMasterSecret: true,
    renegotiationInfo: true,
    encryptThenMac: true,
    ticket: Buffer.alloc(0),
    padTo: 600,
    suites: [0xc013],
    extensions: [alpn],
  })
  expect(seen).toEqual(['mx.example.test'])
  if (answer.kind !== 'flight') expect.fail(answer.kind)
  expect([...answer.extensions.keys()].toSorted((a, b) => a - b)).toEqual([11, 16, 22, 23, 35, 0xff01])
  expect(answer.extensions.get(16)).toEqual(alpn.data)
})

it('is asked for another group by HelloRetryRequest', async () => {
  expect(await ask({ ...ec, ecdhCurve: 'P-521' }, { ...hello13, groups: [29, 25] })).toMatchObject({
    kind: 'flight',
    version: 0x0304,
    retry: true,
    complete: true,
    group: 25,
    certificates: undefined,
  })
  expect(await ask({ ...ec, ecdhCurve: 'X25519' }, { ...hello13, keyShares: [] })).toMatchObject({ retry: true, group: 29 })
})

// case 57
it.each([
  ['X25519', 29],
  ['X448', 30],
  ['P-256', 23],
  ['P-384', 24],
  ['P-521', 25],
  ['brainpoolP256r1tls13', 31],
  ['brainpoolP512r1tls13', 33],
  ['ffdhe2048', 256],
  ['ffdhe3072', 257],
  ['ffdhe4096', 258],
  ['ffdhe6144', 259],
  ['ffdhe8192', 260],
  ['MLKEM512', 0x0200],
  ['MLKEM768', 0x0201],
  ['MLKEM1024', 0x0202],
  ['SecP256r1MLKEM768', 0x11eb],
  ['X25519MLKEM768', 0x11ec],
  ['SecP384r1MLKEM1024', 0x11ed],
])('our share of %s is taken by OpenSSL', async (curve, group) => {
  const answer = await ask({ ...ec, ecdhCurve: curve }, { ...hello13, groups: [group], keyShares: [group] })
  expect(answer).toMatchObject({ kind: 'flight', version: 0x0304, retry: false, group, complete: true })
})

it('a server of TLS answers the hello of SSLv2 in its own way, and is read', async () => {
  const answer = await ask(rsa, ssl2)
  expect(['alert', 'closed']).toContain(answer.kind)
})

it('reads the SERVER-HELLO of SSLv2, and its error for want of a cipher kind (case 55)', async () => {
  const said = Buffer.from('8015 04 00 01 0002 0004 0003 0003 63657274 010080 616263'.replaceAll(' ', ''), 'hex')
  expect((await askRaw(async (peer) => peer.write(said), ssl2)).answer).toEqual({
    kind: 'ssl2',
    kinds: [0x010080],
    certificate: Buffer.from('cert'),
    bytes: said,
  })
  const error = Buffer.from('8003000001', 'hex')
  expect((await askRaw(async (peer) => peer.write(error), ssl2)).answer).toMatchObject({ kind: 'ssl2', kinds: [] })
})

it.each(['220 mx.example.test ESMTP\r\n', 'HTTP/1.1 400 Bad Request\r\n', '\u0000'])('%j is not TLS (case 27)', async (said) => {
  const { answer, elapsed } = await askRaw(async (peer) => {
    await peer.write(said)
    // Nothing but our end makes it close.
    peer.socket.on('end', () => peer.socket.end())
  })
  expect(answer).toEqual({ kind: 'malformed', why: 'not TLS', bytes: Buffer.from(said) })
  expect(elapsed).toBe(0)
})

it('silence, an end and a reset are three things (case 28)', async () => {
  const silent = await askRaw(() => undefined)
  expect(silent.answer).toMatchObject({ kind: 'timeout', ms: 10_000 })
  expect((await askRaw((peer) => void peer.socket.end())).answer).toMatchObject({ kind: 'closed', how: 'end' })
  expect((await askRaw((peer) => void peer.socket.resetAndDestroy())).answer).toMatchObject({ kind: 'closed', how: 'reset' })
})

it('a warning is kept, and what follows is read (case 30)', async () => {
  const warned = await askRaw(async (peer) => peer.write(Buffer.from('150303000201701503030002022a', 'hex')))
  expect(warned.answer).toMatchObject({ kind: 'alert', level: 2, description: 42 })
  const closed = await askRaw(async (peer) => {
    await peer.write(Buffer.from('15030300020128', 'hex'))
    peer.socket.end()
  })
  expect(closed.answer).toMatchObject({ kind: 'alert', level: 1, description: 40 })
})

it('takes leave with close_notify from a server that waits for more', async () => {
  const extensions = [uint16(43), vector(2, uint16(0x0304)), uint16(51), vector(2, uint16(29), vector(2, Buffer.alloc(32, 7)))]
  const body = [uint16(0x0303), Buffer.alloc(32, 7), vector(1), uint16(0x1301), uint8(0), vector(2, ...extensions)]
  const flight = printRecords(22, 0x0303, Buffer.concat([uint8(2), vector(3, ...body)]))
  const { answer, received } = await askRaw(async (peer) => peer.write(flight), hello13)
  expect(answer).toMatchObject({ kind: 'flight', version: 0x0304, group: 29 })
  expect(received.endsWith('\x15\x03\x03\x00\x02\x01\x00')).toBe(true)
})

it('a flood ends at our bounds (case 77)', async () => {
  const header = Buffer.from('1603030001', 'hex')
  const flood = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.concat([header, Buffer.of(0)])))
  const { answer } = await askRaw(async (peer) => peer.write(flood))
  expect(answer).toMatchObject({ kind: 'malformed', why: 'more than 1024 records' })
  expect(answer.bytes.length).toBeLessThanOrEqual(64 * 1024)
})
