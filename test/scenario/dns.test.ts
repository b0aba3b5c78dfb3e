import { createSocket } from 'node:dgram'
import { type Socket, isIPv4, isIPv6 } from 'node:net'
import dnsPacket, { type Answer, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DnsServer, type RecordType, type Resolver, createResolver, lookupAddresses, lookupMx } from '../../src/dns/index.ts'
import { type Zone, startDnsServer } from '../../src/world/index.ts'
import { VirtualClock } from '../support/clock.ts'
import { startCutDns, startRawDns } from '../support/rawDns.ts'

const name = 'example.test'

function resolve(servers: readonly DnsServer[], clock = new VirtualClock(), tries = 1): Resolver {
  return createResolver({ servers, timeoutMs: 5_000, tries, clock, trust: { kind: 'trusted', reason: 'this is a test' } })
}

async function serve(zone: Zone) {
  const server = await startDnsServer(zone)
  const clock = new VirtualClock()
  const place = { address: server.host, port: server.port }
  return { server, clock, place, resolver: resolve([place], clock), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** A response to `query` that says what `packet` says. */
function respond(query: Buffer, answers: Answer[], packet: Packet = {}): Buffer {
  const { id, questions } = dnsPacket.decode(query)
  return dnsPacket.encode({
    type: 'response',
    ...(id === undefined ? {} : { id }),
    questions: [...(questions ?? [])],
    answers,
    ...packet,
  })
}

const a = (data: string, owner = name): Answer => ({ type: 'A', name: owner, ttl: 60, data })

describe('what is read', () => {
  it('each type as its own shape, names folded, with the smallest TTL', async () => {
    await using dns = await serve({
      [name]: {
        MX: [
          { preference: 10, exchange: 'MX1.Example.test' },
          { preference: 0, exchange: '.' },
        ],
        A: ['5.45.25.1', '5.45.25.2'],
        AAAA: ['2a00:1450::25'],
        TXT: [['v=STSv1; ', 'id=1;'], 'x'.repeat(600)],
        ttl: 300,
      },
    })
    const common = { kind: 'records', authenticated: false, ttl: 300, canonical: name }
    const mx = [
      { preference: 10, exchange: 'mx1.example.test' },
      { preference: 0, exchange: '' },
    ]
    expect(await dns.resolver.query(name, 'MX')).toEqual({ ...common, records: mx })
    expect(await dns.resolver.query(name, 'A')).toEqual({ ...common, records: ['5.45.25.1', '5.45.25.2'] })
    expect(await dns.resolver.query(name, 'AAAA')).toEqual({ ...common, records: ['2a00:1450::25'] })
    expect(await dns.resolver.query(name, 'TXT')).toEqual({ ...common, records: ['v=STSv1; id=1;', 'x'.repeat(600)] })
  })

  it('the AD bit is kept, on answers and on their absence', async () => {
    await using dns = await serve({ 'signed.test': { A: ['5.45.25.1'], ad: true }, 'open.test': { A: ['5.45.25.1'] } })
    expect(await dns.resolver.query('signed.test', 'A')).toMatchObject({ kind: 'records', authenticated: true })
    expect(await dns.resolver.query('signed.test', 'MX')).toEqual({ kind: 'nodata', authenticated: true })
    expect(await dns.resolver.query('open.test', 'A')).toMatchObject({ kind: 'records', authenticated: false })
  })

  it('case 60: no name, no record and no answer are three things', async () => {
    await using dns = await serve({ [name]: {}, 'down.test': 'SERVFAIL', 'shut.test': 'REFUSED', 'old.test': 'NOTIMP' })
    expect(await dns.resolver.query(name, 'A')).toEqual({ kind: 'nodata', authenticated: false })
    expect(await dns.resolver.query('nowhere.test', 'A')).toEqual({ kind: 'nxdomain', authenticated: false })
    expect(await dns.resolver.query('down.test', 'A')).toMatchObject({ kind: 'failure', cause: 'servfail' })
    expect(await dns.resolver.query('shut.test', 'A')).toMatchObject({ kind: 'failure', cause: 'refused' })
    expect(await dns.resolver.query('old.test', 'A')).toMatchObject({ kind: 'failure', cause: 'refused' })
  })
})

describe('answers that are cut', () => {
  it('a truncated answer is asked for again over TCP', async () => {
    await using dns = await serve({ [name]: { A: ['5.45.25.1'], truncate: true } })
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'records', records: ['5.45.25.1'] })
    expect(dns.server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp'])
  })

  it('an answer that does not fit is whole over TCP', async () => {
    const exchanges = Array.from({ length: 60 }, (_, index) => `mx${index}.a-rather-long-label-of-a-provider.test`)
    await using dns = await serve({ [name]: { MX: exchanges.map((exchange) => ({ preference: 10, exchange })) } })
    const answer = await dns.resolver.query(name, 'MX')
    expect(answer.kind === 'records' && answer.records.map(({ exchange }) => exchange)).toEqual(exchanges)
    expect(dns.server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp'])
  })

  it('an answer cut even over TCP is a failure, not an empty answer', async () => {
    await using dns = await startCutDns((query, socket) => {
      const packet = respond(query, [], { flags: dnsPacket.TRUNCATED_RESPONSE })
      socket.write(Buffer.concat([Buffer.of(packet.length >> 8, packet.length & 255), packet]))
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'malformed' })
  })

  it.each([
    ['closes', 'unreachable', (_: Buffer, socket: Socket) => socket.end()],
    ['resets', 'unreachable', (_: Buffer, socket: Socket) => socket.resetAndDestroy()],
    ['is silent', 'timeout', () => undefined],
    ['breaks off', 'unreachable', (_: Buffer, socket: Socket) => socket.end(Buffer.of(0, 90, 1, 2, 3))],
    [
      'answers another question',
      'malformed',
      (_: Buffer, socket: Socket) => socket.write(Buffer.of(0, 12, ...Buffer.alloc(12, 1))),
    ],
    ['sends an empty message', 'malformed', (_: Buffer, socket: Socket) => socket.write(Buffer.of(0, 0))],
  ] as const)('a server that %s over TCP is a failure (%s)', async (_, cause, serveTcp) => {
    await using dns = await startCutDns((query, socket) => {
      serveTcp(query, socket)
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'failure', cause })
  })

  it('an answer that comes over TCP byte by byte is put together', async () => {
    await using dns = await startCutDns((query, socket) => {
      const packet = respond(query, [a('5.45.25.1')])
      for (const byte of Buffer.concat([Buffer.of(packet.length >> 8, packet.length & 255), packet]))
        socket.write(Buffer.of(byte))
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'records', records: ['5.45.25.1'] })
  })
})

describe('answers of somebody else (RFC 5452)', () => {
  const forged: Record<string, (query: Buffer) => Buffer> = {
    'another id': (query) => {
      const packet = respond(query, [a('6.6.6.6')])
      packet.writeUInt16BE(packet.readUInt16BE(0) ^ 1, 0)
      return packet
    },
    'another name': (query) => respond(query, [a('6.6.6.6')], { questions: [{ type: 'A', name: 'evil.test' }] }),
    'another type': (query) => respond(query, [a('6.6.6.6')], { questions: [{ type: 'AAAA', name }] }),
    'no question': (query) => respond(query, [a('6.6.6.6')], { questions: [] }),
    'the question itself': (query) => query,
    'three bytes': () => Buffer.of(1, 2, 3),
    'nothing at all': () => Buffer.alloc(0),
  }

  it.each(Object.entries(forged))('%s is passed over, and the right answer behind it is taken', async (_, forge) => {
    await using dns = await startRawDns((query, reply) => {
      reply(forge(query))
      reply(respond(query, [a('5.45.25.1')]))
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'records', records: ['5.45.25.1'] })
  })

  it.each(Object.entries(forged))('%s alone is no answer', async (_, forge) => {
    await using dns = await startRawDns((query, reply) => {
      reply(forge(query))
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'timeout' })
  })

  it('records of other names in the answer count for nothing', async () => {
    await using dns = await startRawDns((query, reply) => {
      reply(respond(query, [a('6.6.6.6', 'evil.test'), a('6.6.6.7', `not${name}`)]))
    })
    expect(await resolve([dns]).query(name, 'A')).toEqual({ kind: 'nodata', authenticated: false })
  })

  it('a packet from another port is not heard', async () => {
    const spoofer = createSocket('udp4')
    // It knows everything, the client's port and the question; but it is not the server that was asked.
    await using dns = await startRawDns((query, _reply, clientPort) => {
      spoofer.send(respond(query, [a('6.6.6.6')]), clientPort, '127.0.0.1')
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'timeout' })
    spoofer.close()
  })

  it('the letter case of the answer does not matter', async () => {
    await using dns = await startRawDns((query, reply) => {
      reply(respond(query, [a('5.45.25.1', 'EXAMPLE.Test')], { questions: [{ type: 'A', name: 'eXample.tesT' }] }))
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ kind: 'records', records: ['5.45.25.1'] })
  })

  it('identifiers are not counted up', async () => {
    const ids = new Set<number>()
    await using dns = await startRawDns((query, reply) => {
      ids.add(query.readUInt16BE(0))
      reply(respond(query, []))
    })
    const resolver = resolve([dns])
    for (let turn = 0; turn < 20; turn++) await resolver.query(`n${turn}.test`, 'A')
    const sorted = [...ids].toSorted((one, other) => one - other)
    expect(sorted.length).toBeGreaterThan(15)
    expect((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)).toBeGreaterThan(1_000)
  })
})

describe('aliases', () => {
  it('case 62: a chain is followed to its end, which is told, and the smallest TTL holds', async () => {
    await using dns = await serve({
      [name]: { CNAME: 'B.test', ttl: 500 },
      'b.test': { CNAME: 'c.test', ttl: 30 },
      'c.test': { A: ['5.45.25.1'], ttl: 400 },
    })
    expect(await dns.resolver.query(name, 'A')).toEqual({
      kind: 'records',
      records: ['5.45.25.1'],
      authenticated: false,
      ttl: 30,
      canonical: 'c.test',
    })
  })

  it('a loop ends in a failure', async () => {
    await using dns = await serve({ [name]: { CNAME: 'b.test' }, 'b.test': { CNAME: name } })
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'malformed' })
  })

  it('a name that is its own alias ends in a failure', async () => {
    await using dns = await serve({ [name]: { CNAME: name } })
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'malformed' })
  })

  it('an alias of a name without the record, or of no name', async () => {
    await using dns = await serve({ [name]: { CNAME: 'b.test' }, 'b.test': {}, 'c.test': { CNAME: 'nowhere.test' } })
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'nodata' })
    expect(await dns.resolver.query('c.test', 'A')).toMatchObject({ kind: 'nxdomain' })
  })

  it('eight aliases in a row are followed, nine are not', async () => {
    const chain = (length: number): Zone => ({
      ...Object.fromEntries(Array.from({ length }, (_, step) => [`n${step}.test`, { CNAME: `n${step + 1}.test` }])),
      [`n${length}.test`]: { A: ['5.45.25.1'] },
    })
    await using eight = await serve(chain(8))
    expect(await eight.resolver.query('n0.test', 'A')).toMatchObject({ kind: 'records', canonical: 'n8.test' })
    await using nine = await serve(chain(9))
    expect(await nine.resolver.query('n0.test', 'A')).toMatchObject({ kind: 'failure', cause: 'malformed' })
  })
})

describe('servers in turn', () => {
  it('a silent server is given its time, then the next is asked', async () => {
    const clock = new VirtualClock()
    await using silent = await startRawDns(() => undefined)
    await using dns = await serve({ [name]: { A: ['5.45.25.1'] } })
    expect(await resolve([silent, dns.place], clock).query(name, 'A')).toMatchObject({ kind: 'records' })
    expect([silent.asked(), dns.server.queries.length, clock.elapsed]).toEqual([1, 1, 5_000])
  })

  it.each(['SERVFAIL', 'REFUSED', 'FORMERR'] as const)('after %s the next is asked at once', async (failure) => {
    const clock = new VirtualClock()
    await using bad = await serve({ [name]: failure })
    await using good = await serve({ [name]: { A: ['5.45.25.1'] } })
    expect(await resolve([bad.place, good.place], clock).query(name, 'A')).toMatchObject({ kind: 'records' })
    expect(clock.elapsed).toBe(0)
  })

  it('a server that nobody is at is told at once and passed over', async () => {
    const gone = await startRawDns(() => undefined)
    await gone[Symbol.asyncDispose]()
    await using dns = await serve({ [name]: { A: ['5.45.25.1'] } })
    const clock = new VirtualClock()
    expect(await resolve([gone, dns.place], clock).query(name, 'A')).toMatchObject({ kind: 'records' })
    expect(clock.elapsed).toBe(0)
  })

  it('"there is no such name" is an answer: nobody else is asked', async () => {
    await using first = await serve({})
    await using second = await serve({ [name]: { A: ['5.45.25.1'] } })
    expect(await resolve([first.place, second.place]).query(name, 'A')).toMatchObject({ kind: 'nxdomain' })
    expect(second.server.queries).toEqual([])
  })

  it('all are asked as often as the settings say, then it is a time-out', async () => {
    const clock = new VirtualClock()
    await using one = await startRawDns(() => undefined)
    await using two = await startRawDns(() => undefined)
    expect(await resolve([one, two], clock, 3).query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'timeout' })
    expect([one.asked(), two.asked(), clock.elapsed]).toEqual([3, 3, 30_000])
  })

  it('a server that recovers between two rounds is heard', async () => {
    let asked = 0
    await using dns = await startRawDns((query, reply) => {
      if (++asked > 1) reply(respond(query, [a('5.45.25.1')]))
    })
    expect(await resolve([dns], undefined, 2).query(name, 'A')).toMatchObject({ kind: 'records' })
  })
})

describe('what is kept', () => {
  it('an answer for as long as its TTL says, and no longer', async () => {
    await using dns = await serve({ [name]: { A: ['5.45.25.1'], ttl: 60 } })
    await dns.resolver.query(name, 'A')
    dns.server.set(name, { A: ['5.45.25.2'], ttl: 60 })
    await dns.clock.sleep(59_000)
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ records: ['5.45.25.1'] })
    expect(await dns.resolver.query(name.toUpperCase(), 'A')).toMatchObject({ records: ['5.45.25.1'] })
    expect(dns.server.queries).toHaveLength(1)
    await dns.clock.sleep(2_000)
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ records: ['5.45.25.2'] })
    expect(dns.server.queries).toHaveLength(2)
  })

  it('nothing where the TTL is 0', async () => {
    await using dns = await serve({ [name]: { A: ['5.45.25.1'], ttl: 0 } })
    await dns.resolver.query(name, 'A')
    await dns.resolver.query(name, 'A')
    expect(dns.server.queries).toHaveLength(2)
  })

  it('a failure for a moment, longer each time and five minutes at most (RFC 9520)', async () => {
    await using dns = await serve({ [name]: 'SERVFAIL' })
    let kept = 0
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'servfail' })
      await dns.clock.sleep(seconds * 1000 - 1)
      expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'failure' })
      expect(dns.server.queries).toHaveLength(++kept)
      await dns.clock.sleep(1)
    }
    dns.server.set(name, { A: ['5.45.25.1'] })
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'records' })
    dns.server.set(name, 'SERVFAIL')
    await dns.clock.sleep(60_000)
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ kind: 'failure' })
    await dns.clock.sleep(1_000)
    await dns.resolver.query(name, 'A')
    expect(dns.server.queries).toHaveLength(kept + 3)
  })

  it.each([
    ['its TTL', 30, 600, 30],
    ['its minimum', 600, 30, 30],
    ['three hours', 86_400, 86_400, 10_800],
  ])('an absence for what its SOA says: %s (RFC 2308 5)', async (_, ttl, minimum, seconds) => {
    const clock = new VirtualClock()
    await using dns = await startRawDns((query, reply) => {
      const soa: Answer = { type: 'SOA', name: 'test', ttl, data: { mname: 'ns.test', rname: 'hostmaster.test', minimum } }
      reply(respond(query, [], { authorities: [soa] }))
    })
    const resolver = resolve([dns], clock)
    expect(await resolver.query(name, 'A')).toEqual({ kind: 'nodata', authenticated: false })
    await clock.sleep(seconds * 1000 - 1)
    await resolver.query(name, 'A')
    expect(dns.asked()).toBe(1)
    await clock.sleep(1)
    await resolver.query(name, 'A')
    expect(dns.asked()).toBe(2)
  })

  it('an absence without a SOA not at all', async () => {
    await using dns = await startRawDns((query, reply) => {
      reply(respond(query, []))
    })
    const resolver = resolve([dns])
    await resolver.query(name, 'A')
    await resolver.query(name, 'A')
    expect(dns.asked()).toBe(2)
  })

  it('what there is room for; the oldest leave first', async () => {
    await using dns = await serve(Object.fromEntries([1, 2, 3].map((n) => [`n${n}.test`, { TXT: ['x'.repeat(500)] }])))
    const place = dns.place
    const resolver = createResolver({ servers: [place], timeoutMs: 5_000, tries: 1, clock: dns.clock, cacheSize: 2_000 })
    for (const n of [1, 2, 3, 3, 2]) await resolver.query(`n${n}.test`, 'TXT')
    expect(dns.server.queries).toHaveLength(3)
    await resolver.query('n1.test', 'TXT')
    expect(dns.server.queries).toHaveLength(4)
  })

  it('each type by itself', async () => {
    await using dns = await serve({ [name]: { A: ['5.45.25.1'], AAAA: ['2a00:1450::25'] } })
    expect(await dns.resolver.query(name, 'A')).toMatchObject({ records: ['5.45.25.1'] })
    expect(await dns.resolver.query(name, 'AAAA')).toMatchObject({ records: ['2a00:1450::25'] })
  })

  it('the same question asked twenty times at once is put once', async () => {
    await using dns = await serve({ [name]: { A: ['5.45.25.1'] } })
    const answers = await Promise.all(Array.from({ length: 20 }, async () => dns.resolver.query(name, 'A')))
    for (const answer of answers) expect(answer).toMatchObject({ records: ['5.45.25.1'] })
    expect(dns.server.queries).toHaveLength(1)
  })
})

describe('hostile packets never throw, whatever they hold', () => {
  const types: readonly RecordType[] = ['MX', 'A', 'AAAA', 'TXT', 'CNAME', 'SRV', 'TLSA', 'SOA', 'PTR']

  /** A good packet for each type, with an alias, to be spoilt. */
  function good(query: Buffer, type: RecordType): Buffer {
    const owner = 'alias.test'
    const data: Record<RecordType, Answer> = {
      MX: { type: 'MX', name: owner, ttl: 60, data: { preference: 10, exchange: 'mx.example.test' } },
      A: { type: 'A', name: owner, ttl: 60, data: '5.45.25.1' },
      AAAA: { type: 'AAAA', name: owner, ttl: 60, data: '2a00:1450::25' },
      TXT: { type: 'TXT', name: owner, ttl: 60, data: ['one', 'two'] },
      CNAME: { type: 'CNAME', name: owner, ttl: 60, data: 'other.test' },
      SRV: { type: 'SRV', name: owner, ttl: 60, data: { priority: 0, weight: 0, port: 587, target: 'other.test' } },
      TLSA: {
        type: 'TLSA',
        name: owner,
        ttl: 60,
        data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32) },
      },
      PTR: { type: 'PTR', name: owner, ttl: 60, data: 'other.test' },
      SOA: { type: 'SOA', name: owner, ttl: 60, data: { mname: 'ns.test', rname: 'hostmaster.test', minimum: 60 } },
    }
    return respond(query, [{ type: 'CNAME', name, ttl: 60, data: owner }, data[type]])
  }

  async function check(type: RecordType, spoil: (packet: Buffer) => Buffer): Promise<void> {
    // The good packet behind the spoilt one ends the wait where that is passed over.
    await using dns = await startRawDns((query, reply) => {
      reply(spoil(good(query, type)))
      reply(good(query, type))
    })
    const answer = await resolve([dns]).query(name, type)
    expect(['records', 'nodata', 'nxdomain', 'failure']).toContain(answer.kind)
    if (answer.kind !== 'records') return
    expect(answer.ttl).toBeGreaterThanOrEqual(0)
    expect(Number.isFinite(answer.ttl)).toBe(true)
    expect(typeof answer.canonical).toBe('string')
    for (const record of answer.records) {
      if (type === 'MX') expect(record).toEqual({ preference: expect.any(Number), exchange: expect.any(String) })
      else if (type === 'SRV') {
        const number = expect.any(Number)
        expect(record).toEqual({ priority: number, weight: number, port: number, target: expect.any(String) })
      } else if (type === 'A') expect(isIPv4(record as string)).toBe(true)
      else if (type === 'AAAA') expect(isIPv6(record as string)).toBe(true)
      else if (type === 'TLSA') {
        const number = expect.any(Number)
        expect(record).toEqual({ usage: number, selector: number, matchingType: number, data: expect.any(Buffer) })
      } else if (type === 'SOA') {
        expect(record).toEqual({ primary: expect.any(String), serial: expect.any(Number), minimum: expect.any(Number) })
      } else expect(typeof record).toBe('string')
    }
  }

  const anyType = fc.constantFrom(...types)

  it('bytes changed anywhere behind the id', async () => {
    const change = fc.record({ at: fc.integer({ min: 2, max: 120 }), to: fc.integer({ min: 0, max: 255 }) })
    await fc.assert(
      fc.asyncProperty(anyType, fc.array(change, { minLength: 1, maxLength: 6 }), async (type, changes) => {
        await check(type, (packet) => {
          for (const { at, to } of changes) packet[at % packet.length || 2] = to
          return packet
        })
      }),
      { numRuns: 400 },
    )
  })

  it('packets that break off', async () => {
    await fc.assert(
      fc.asyncProperty(anyType, fc.integer({ min: 0, max: 120 }), async (type, length) => {
        await check(type, (packet) => packet.subarray(0, length))
      }),
      { numRuns: 150 },
    )
  })

  it('noise behind a good header and question', async () => {
    await fc.assert(
      fc.asyncProperty(anyType, fc.uint8Array({ maxLength: 200 }), async (type, noise) => {
        await check(type, (packet) => Buffer.concat([packet.subarray(0, 12 + name.length + 2 + 4), noise]))
      }),
      { numRuns: 300 },
    )
  })

  it('records with any data in the place of theirs', async () => {
    await fc.assert(
      fc.asyncProperty(anyType, fc.uint8Array({ maxLength: 30 }), async (type, data) => {
        await check(type, (packet) => {
          const numbers = { A: 1, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, TLSA: 52 }
          const record = Buffer.from([0xc0, 12, 0, numbers[type], 0, 1, 0, 0, 0, 60, 0, data.length, ...data])
          packet.writeUInt16BE(1, 6)
          return Buffer.concat([packet.subarray(0, 12 + name.length + 2 + 4), record])
        })
      }),
      { numRuns: 400 },
    )
  })

  it('through the override of the world, look-ups end in words too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (noise) => {
        await using dns = await serve({
          [name]: ({ raw }) => Buffer.concat([raw.subarray(0, 2), Buffer.of(0x81, 0x80), raw.subarray(4, 30), noise]),
        })
        expect(['hosts', 'null-mx', 'nxdomain', 'no-address', 'temporary']).toContain((await lookupMx(dns.resolver, name)).kind)
        expect(['addresses', 'none', 'temporary']).toContain((await lookupAddresses(dns.resolver, name)).kind)
      }),
      { numRuns: 60 },
    )
  })

  it.each(['', '.', 'a..b', `${'x'.repeat(64)}.test`, 'x.'.repeat(200), 'nul\u0000.test', 'ü.test'])(
    'a name that is none is a failure or an answer, never a fault (%j)',
    async (odd) => {
      await using dns = await serve({})
      expect(['nxdomain', 'nodata', 'failure']).toContain((await dns.resolver.query(odd, 'A')).kind)
    },
  )
})
