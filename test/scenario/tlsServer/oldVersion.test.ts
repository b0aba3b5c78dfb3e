import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { everySuite } from '../../support/tlsServer/index.ts'
import { openRaw, readServerHello } from './rawClient.ts'

const challenge = Buffer.alloc(16, 'challenge of the test')

/** draft-hickman-netscape-ssl-00 2.5: header, CLIENT-HELLO, version, three lengths, kinds, challenge. */
function printSsl2(version: string, kinds: string): Buffer {
  const length = (kinds.length / 2).toString(16).padStart(4, '0')
  const body = Buffer.concat([Buffer.from(`01${version}${length}00000010${kinds}`, 'hex'), challenge])
  return Buffer.concat([Buffer.from([0x80, body.length]), body])
}

it('case 55: SSLv2 answers with its certificate, the kinds in common and a connection id', async () => {
  await using client = await openRaw({ versions: [0x0002], kinds: [0x010080, 0x020080, 0x0700c0] })
  await client.send(printSsl2('0002', '0700c0040080010080'))
  const header = (await client.take(2)).readUInt16BE(0)
  expect(header & 0x8000).toBe(0x8000)
  const answer = await client.take(header & 0x7fff)
  // MSG-SERVER-HELLO, no SESSION-ID-HIT, X.509, version 0.2
  expect(answer.subarray(0, 5)).toEqual(Buffer.from([4, 0, 1, 0, 2]))
  const [certificate, specs, id] = [5, 7, 9].map((at) => answer.readUInt16BE(at)) as [number, number, number]
  expect([specs, id, answer.length]).toEqual([6, 16, 11 + certificate + 6 + 16])
  expect(new X509Certificate(answer.subarray(11, 11 + certificate)).publicKey.asymmetricKeyType).toBe('rsa')
  expect(answer.subarray(11 + certificate, 17 + certificate)).toEqual(Buffer.from('0100800700c0', 'hex'))
  const { seen } = client.connection
  expect(seen.hellos[0]).toMatchObject({ form: 'ssl2', version: 2, kinds: [0x0700c0, 0x040080, 0x010080], random: challenge })
  expect(seen.chosen?.version).toBe(2)
})

it('SSLv2 with no kind in common is a SERVER-HELLO without any', async () => {
  await using client = await openRaw({ versions: [0x0002], kinds: [0x010080] })
  await client.send(printSsl2('0002', '040080'))
  const header = (await client.take(2)).readUInt16BE(0)
  const answer = await client.take(header & 0x7fff)
  expect([answer[0], answer.readUInt16BE(7), answer.length]).toEqual([4, 0, 11 + answer.readUInt16BE(5) + 16])
})

it('a server without SSLv2 breaks off', async () => {
  await using client = await openRaw({})
  await client.send(printSsl2('0002', '010080'))
  expect((await client.flight()).alerts).toEqual([[2, 70]])
})

it.each([
  ['0300', 0x0300],
  ['0301', 0x0301],
])('RFC 5246 E.2: a CLIENT-HELLO of SSLv2 that offers %s is answered in that version', async (offered, version) => {
  await using client = await openRaw({ versions: [0x0002, 0x0300, 0x0301], suites: everySuite, kinds: [0x010080] })
  await client.send(printSsl2(offered, '010080000005000033'))
  const flight = await client.flight()
  expect(readServerHello(flight)).toMatchObject({ version, suite: 0x0005 })
  expect(flight.records.every((record) => record.version === version)).toBe(true)
  expect(client.connection.seen.hellos[0]).toMatchObject({ form: 'ssl2-wrapped', suites: [0x0005, 0x0033] })
})

it('SSL 3.0 has no extensions, but for the one of RFC 5746', async () => {
  const extensions = [
    [0xff01, Buffer.from([0])],
    [35, Buffer.alloc(0)],
    [23, Buffer.alloc(0)],
    [5, Buffer.from('0100000000', 'hex')],
  ] as const
  await using client = await openRaw({ versions: [0x0300], suites: [0x0005], staple: Buffer.from('staple') })
  await client.hello({ version: 0x0300, suites: [0x0005], extensions })
  const flight = await client.flight()
  const { extensions: answered, version } = readServerHello(flight)
  expect([version, [...answered.keys()]]).toEqual([0x0300, [0xff01]])
  expect(flight.messages.map(({ type }) => type)).toEqual([2, 11, 14])
})

it.each([
  [0x0300, Buffer.alloc(0)],
  [0x0301, Buffer.from([1, 0])],
])('a ClientKeyExchange of version %i has its length before it or not (RFC 6101 5.6.7.1)', async (version, length) => {
  await using client = await openRaw({ versions: [version], suites: [0x0005] })
  await client.hello({ version, suites: [0x0005] })
  await client.flight()
  const body = Buffer.concat([length, Buffer.alloc(256, 1)])
  const head = Buffer.from([22, 3, version & 0xff, 0, 0, 16, 0, body.length >> 8, body.length & 0xff])
  head.writeUInt16BE(body.length + 4, 3)
  await client.send(Buffer.concat([head, body, Buffer.from('140300000101160300000400000000', 'hex')]))
  expect((await client.flight()).alerts).toEqual([[2, 20]])
  expect(client.connection.seen).toMatchObject({ premaster: 'wrong-prefix', end: { kind: 'server', how: 'alert', alert: 20 } })
})

it('case 55: versions the server has not are refused by name', async () => {
  for (const version of [0x0300, 0x0301, 0x0302]) {
    await using client = await openRaw({})
    await client.hello({ version })
    expect((await client.flight()).alerts).toEqual([[2, 70]])
  }
})
