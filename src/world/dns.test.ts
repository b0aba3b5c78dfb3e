import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { decode, encode, streamEncode, type DecodedPacket, type OptAnswer, type Packet } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import { startDnsServer, type DnsServer } from './dns.ts'
import type { Place } from './listener.ts'
import type { Zone } from './zone.ts'

function createResolver({ host, port }: Place): Resolver {
  const resolver = new Resolver({ tries: 1 })
  resolver.setServers([`${host}:${port}`])
  return resolver
}

/** Sends the packets over UDP and returns the first datagram that comes back. */
async function ask(place: Place, ...packets: readonly Buffer[]): Promise<Buffer> {
  const socket = createSocket('udp4')
  for (const packet of packets) socket.send(packet, place.port, place.host)
  const [answer] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return answer
}

function write(packet: Packet, name = 'example.test', type: 'A' | 'MX' | 'TXT' = 'A'): Buffer {
  return encode({ type: 'query', id: 7, ...packet, questions: [{ name, type }] })
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

function writeOpt(dnssec: boolean): OptAnswer {
  const fixed = { type: 'OPT', name: '.', extendedRcode: 0, ednsVersion: 0 } as const
  return { ...fixed, options: [], udpPayloadSize: 4096, flags: dnssec ? 0x8000 : 0, flag_do: dnssec }
}

describe('an independent resolver', () => {
  const zone: Zone = {
    'example.test': {
      MX: [{ preference: 10, exchange: 'mx.example.test' }],
      A: ['127.0.0.2', '127.0.0.3'],
      AAAA: ['::1'],
      TXT: ['v=one', ['two ', 'parts'], 'x'.repeat(600)],
    },
    'null.test': { MX: [{ preference: 0, exchange: '.' }] },
    'alias.test': { CNAME: 'EXAMPLE.test' },
    'dangling.test': { CNAME: 'nowhere.test' },
    'loop.test': { CNAME: 'loop.test' },
    'broken.test': 'SERVFAIL',
    'refused.test': 'REFUSED',
    'cut.test': { A: ['127.0.0.4'], truncate: true },
    '_25._tcp.mx.example.test': { TLSA: [{ usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, 9) }] },
  }

  test('finds every kind of record', async () => {
    await using dns = await startDnsServer(zone)
    const resolver = createResolver(dns)
    expect(await resolver.resolveMx('example.test')).toMatchObject([{ exchange: 'mx.example.test', priority: 10 }])
    expect(await resolver.resolve4('Example.TEST')).toEqual(['127.0.0.2', '127.0.0.3'])
    expect(await resolver.resolve6('example.test')).toEqual(['::1'])
    const texts = await resolver.resolveTxt('example.test')
    expect(texts.map((parts) => parts.join(''))).toEqual(['v=one', 'two parts', 'x'.repeat(600)])
    expect(await resolver.resolveTlsa('_25._tcp.mx.example.test')).toMatchObject([{ certUsage: 3, selector: 1, match: 1 }])
    expect(await resolver.resolveMx('null.test')).toMatchObject([{ exchange: '', priority: 0 }])
    expect(await resolver.resolveCname('alias.test')).toEqual(['EXAMPLE.test'])
    expect(await resolver.resolve4('alias.test')).toEqual(['127.0.0.2', '127.0.0.3'])
  })

  test('tells no name, no record and failure apart (case 60)', async () => {
    await using dns = await startDnsServer(zone)
    const resolver = createResolver(dns)
    expect(await codeOf(resolver.resolve4('nowhere.test'))).toBe('ENOTFOUND')
    expect(await codeOf(resolver.resolve4('null.test'))).toBe('ENODATA')
    expect(await codeOf(resolver.resolve4('broken.test'))).toBe('ESERVFAIL')
    expect(await codeOf(resolver.resolve4('refused.test'))).toBe('EREFUSED')
    expect(await codeOf(resolver.resolve4('dangling.test'))).toBe('ENOTFOUND')
    expect(await resolver.resolve4('loop.test')).toEqual([])
  })

  test('comes back over TCP, to the same port, when an answer is cut', async () => {
    await using dns = await startDnsServer(zone)
    expect(await createResolver(dns).resolve4('cut.test')).toEqual(['127.0.0.4'])
    expect(dns.queries).toEqual([
      { name: 'cut.test', type: 'A', transport: 'udp' },
      { name: 'cut.test', type: 'A', transport: 'tcp' },
    ])
  })

  test('sees changes at once', async () => {
    await using dns = await startDnsServer(zone)
    const resolver = createResolver(dns)
    dns.set('Example.test', 'SERVFAIL')
    expect(await codeOf(resolver.resolve4('example.test'))).toBe('ESERVFAIL')
    dns.set('nowhere.test', { A: ['127.0.0.9'] })
    expect(await resolver.resolve4('nowhere.test')).toEqual(['127.0.0.9'])
  })
})

describe('on the wire', () => {
  const zone: Zone = { 'example.test': { A: ['127.0.0.2'] }, 'silent.test': 'silent', 'broken.test': 'SERVFAIL' }

  async function askOne(dns: DnsServer, packet: Packet, name?: string): Promise<DecodedPacket> {
    return decode(await ask(dns, write(packet, name)))
  }

  test('a silent name gets no answer while others do', async () => {
    await using dns = await startDnsServer(zone)
    const answer = await ask(dns, write({ id: 1 }, 'silent.test'), write({ id: 2 }))
    expect(decode(answer).id).toBe(2)
    expect(dns.queries.map(({ name }) => name)).toEqual(['silent.test', 'example.test'])
  })

  test('NXDOMAIN and NODATA carry the SOA (RFC 2308)', async () => {
    await using dns = await startDnsServer(zone)
    expect(await askOne(dns, {}, 'gone.test')).toMatchObject({ rcode: 'NXDOMAIN', authorities: [{ type: 'SOA', name: 'test' }] })
    const nodata = decode(await ask(dns, write({}, 'example.test', 'MX')))
    expect(nodata).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] })
    expect(await askOne(dns, {})).toMatchObject({ rcode: 'NOERROR', authorities: [] })
  })

  test('AD is set when asked for, by the option or by the name, and never on a failure (RFC 6840 5.7, 5.8)', async () => {
    await using signed = await startDnsServer({ ...zone, 'unsigned.test': { A: ['127.0.0.2'], ad: false } }, { ad: true })
    await using unsigned = await startDnsServer({ ...zone, 'signed.test': { A: ['127.0.0.2'], ad: true } })
    const [ad, dnssecOk] = [{ flags: 1 << 5 }, { additionals: [writeOpt(true)] }]
    expect((await askOne(signed, ad)).flag_ad).toBe(true)
    expect((await askOne(signed, dnssecOk)).flag_ad).toBe(true)
    expect((await askOne(signed, ad, 'gone.test')).flag_ad).toBe(true)
    expect((await askOne(signed, {})).flag_ad).toBe(false)
    expect((await askOne(signed, ad, 'broken.test')).flag_ad).toBe(false)
    expect((await askOne(signed, ad, 'unsigned.test')).flag_ad).toBe(false)
    expect((await askOne(unsigned, ad)).flag_ad).toBe(false)
    expect((await askOne(unsigned, ad, 'signed.test')).flag_ad).toBe(true)
  })

  test('OPT is answered with OPT, and the room it names is used (RFC 6891)', async () => {
    await using dns = await startDnsServer({ 'example.test': { TXT: ['x'.repeat(900)] } })
    const small = decode(await ask(dns, write({}, 'example.test', 'TXT')))
    expect(small).toMatchObject({ flag_tc: true, answers: [], additionals: [] })
    const large = decode(await ask(dns, write({ additionals: [writeOpt(false)] }, 'example.test', 'TXT')))
    expect(large).toMatchObject({ flag_tc: false, answers: [{ type: 'TXT' }], additionals: [{ type: 'OPT' }] })
  })

  test('a function answers with bytes, with records, or with what the question says', async () => {
    await using dns = await startDnsServer({
      'raw.test': ({ id }) => Buffer.of(id >> 8, id & 0xff, 0xde, 0xad),
      'mixed.test': ({ type, transport }) => (type === 'A' && transport === 'udp' ? { A: ['127.0.0.5'] } : 'SERVFAIL'),
      'empty.test': () => undefined,
    })
    expect(await ask(dns, write({ id: 0x1234 }, 'raw.test'))).toEqual(Buffer.from('1234dead', 'hex'))
    expect(await askOne(dns, {}, 'mixed.test')).toMatchObject({ answers: [{ data: '127.0.0.5' }] })
    expect(decode(await ask(dns, write({}, 'mixed.test', 'MX')))).toMatchObject({ rcode: 'SERVFAIL' })
    expect(await askOne(dns, {}, 'empty.test')).toMatchObject({ rcode: 'NOERROR', answers: [] })
  })

  test('nonsense is a format error, and less than a header is nothing', async () => {
    await using dns = await startDnsServer(zone)
    const nonsense = Buffer.from('00090100ffff000000000000c0', 'hex')
    expect(decode(await ask(dns, Buffer.of(1, 2, 3), nonsense))).toMatchObject({ id: 9, rcode: 'FORMERR' })
    expect(dns.queries).toEqual([])
  })

  test('over TCP questions may share a segment or be cut anywhere (RFC 7766)', async () => {
    await using dns = await startDnsServer(zone)
    const questions = [1, 2].map((id) => streamEncode({ type: 'query', id, questions: [{ name: 'example.test', type: 'A' }] }))
    const bytes = Buffer.concat(questions)
    const socket = connect({ host: dns.host, port: dns.port, noDelay: true })
    socket.write(bytes.subarray(0, 1))
    socket.write(bytes.subarray(1, 20))
    socket.write(bytes.subarray(20))
    let received = Buffer.alloc(0)
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer])
      if (received.length >= 2 * (2 + received.readUInt16BE(0))) break
    }
    const length = 2 + received.readUInt16BE(0)
    expect(decode(received.subarray(2, length))).toMatchObject({ id: 1, answers: [{ data: '127.0.0.2' }] })
    expect(decode(received.subarray(length + 2))).toMatchObject({ id: 2 })
  })
})

test('a port that is taken is named', async () => {
  await using first = await startDnsServer({})
  await expect(startDnsServer({}, { port: first.port })).rejects.toMatchObject({
    code: 'SP_PORT_IN_USE',
    where: `127.0.0.1:${first.port}`,
  })
})
