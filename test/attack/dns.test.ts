/*
 * The threat: somebody on the Internet, not on the path, wants our mail. He gets us to look a domain up (a subscription
 * is enough) and floods us with forged answers that name his own server, or his own TLSA record. Or he runs the zone,
 * and answers with packets made to hang, to fill up or to bring down whoever reads them.
 */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import dnsPacket, { type Answer } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { type DnsServer, createResolver, lookupAddresses, lookupMx } from '../../src/dns/index.ts'
import { startDnsServer } from '../../src/world/index.ts'
import { VirtualClock } from '../support/clock.ts'
import { frame, nameOf, respondTo } from '../support/dnsAnswer.ts'
import { bindBoth, startCutDns, startRawDns } from '../support/rawDns.ts'

const name = 'victim.test'
const right: Answer = { type: 'A', name, ttl: 60, data: '192.0.2.1' }
const forged: Answer = { type: 'A', name, ttl: 60, data: '6.6.6.6' }

function resolve(servers: readonly DnsServer[], clock = new VirtualClock()) {
  const trust = { kind: 'trusted', reason: 'this is a test' } as const
  return createResolver({ servers, timeoutMs: 5_000, tries: 1, clock, trust })
}

function withId(packet: Buffer, id: number): Buffer {
  packet.writeUInt16BE(id & 0xffff, 0)
  return packet
}

describe('forged answers', () => {
  it('with all ids but the right one are passed over, and then the question is put by TCP', async () => {
    // Whoever can send from the server's address and found our port still has to guess the id.
    let tries = 0
    await using dns = await startDnsServer({ [name]: { A: ['192.0.2.1'] } }, { port: 0 })
    // UDP is the forger's, TCP the server's own: one address with two doors.
    const { udp, tcp, port } = await bindBoth((near) => {
      const far = connect(dns.port, dns.host)
      near.pipe(far).pipe(near)
      for (const socket of [near, far]) socket.on('error', () => undefined)
    })
    udp.on('message', (query, from) => {
      for (let guess = 1; guess <= 60; guess++) {
        tries++
        udp.send(withId(respondTo(query, [forged]), query.readUInt16BE(0) + guess), from.port, from.address)
      }
    })
    const server = { address: '127.0.0.1', port }
    const clock = new VirtualClock()
    expect(await resolve([server], clock).query(name, 'A')).toMatchObject({ records: ['192.0.2.1'] })
    expect(tries).toBeGreaterThanOrEqual(50)
    expect(clock.elapsed).toBe(0)
    expect(dns.queries).toEqual([{ name, type: 'A', transport: 'tcp' }])
    udp.close()
    tcp.close()
  })

  it('from another port are not heard: the socket is connected', async () => {
    const spoofer = createSocket('udp4')
    await using dns = await startRawDns((query, reply, clientPort) => {
      spoofer.send(respondTo(query, [forged]), clientPort, '127.0.0.1', () => {
        reply(respondTo(query, [right]))
      })
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ records: ['192.0.2.1'] })
    spoofer.close()
  })

  it.each<[string, (query: Buffer) => Buffer]>([
    ['name', (query) => respondTo(query, [forged], { questions: [{ type: 'A', name: 'other.test' }] })],
    ['type', (query) => respondTo(query, [forged], { questions: [{ type: 'MX', name }] })],
    ['class', (query) => respondTo(query, [forged], { questions: [{ type: 'A', name, class: 'CH' }] })],
    [
      'number of questions',
      (query) =>
        respondTo(query, [forged], {
          questions: [
            { type: 'A', name },
            { type: 'A', name },
          ],
        }),
    ],
    ['opcode', (query) => respondTo(query, [forged], { flags: 5 << 11 })],
  ])('to a question of another %s are passed over', async (_, forge) => {
    await using dns = await startRawDns((query, reply) => {
      reply(forge(query))
      reply(respondTo(query, [right]))
    })
    expect(await resolve([dns]).query(name, 'A')).toMatchObject({ records: ['192.0.2.1'] })
  })

  it('records of other names, and of other classes, that come with an answer are not kept', async () => {
    const poison: Answer[] = [
      { type: 'A', name: 'bank.test', ttl: 86_400, data: '6.6.6.6' },
      { ...forged, class: 'CH' },
    ]
    await using dns = await startRawDns((query, reply) => {
      const answers = nameOf(query) === name ? [right, ...poison] : []
      reply(respondTo(query, answers, { additionals: poison, authorities: poison }))
    })
    const resolver = resolve([dns])
    expect(await resolver.query(name, 'A')).toMatchObject({ records: ['192.0.2.1'] })
    expect(await resolver.query('bank.test', 'A')).toMatchObject({ kind: 'nodata' })
  })

  it('twenty askers make one question: whoever forges has one pair of port and id to find, not twenty', async () => {
    await using dns = await startRawDns((query, reply) => {
      reply(respondTo(query, [right]))
    })
    const resolver = resolve([dns])
    await Promise.all(Array.from({ length: 20 }, async () => resolver.query(name, 'A')))
    expect(dns.asked()).toBe(1)
  })
})

describe('answers that are made to hang or to fill up', () => {
  /** The head of an answer to `query` with so many records, and what stands behind the question. */
  function craft(query: Buffer, count: number, behind: Buffer): Buffer {
    const end = 12 + name.length + 2 + 4
    const packet = Buffer.concat([query.subarray(0, end), behind])
    packet.writeUInt16BE(0x8180, 2)
    packet.writeUInt16BE(count, 6)
    packet.writeUInt32BE(0, 8)
    return packet
  }
  const start = 12 + name.length + 2 + 4

  it.each<[string, (query: Buffer) => Buffer, RegExp]>([
    [
      'a pointer to itself',
      (query) => craft(query, 1, Buffer.of(0xc0, start, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 6, 6, 6, 6)),
      /circles/,
    ],
    ['a pointer forward', (query) => craft(query, 1, Buffer.of(0xc0, start + 2, 0xc0, start, 0, 1, 0, 1)), /circles/],
    [
      'a label that leads back to itself',
      (query) => craft(query, 1, Buffer.of(1, 0x61, 0xc0, start, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 6, 6, 6, 6)),
      /circles|255 octets/,
    ],
    [
      'a long chain of pointers',
      (query) => {
        const chain = Buffer.concat(Array.from({ length: 80 }, (_, hop) => Buffer.of(0xc0, start + 12 + 2 * hop - 2)))
        const first = Buffer.of(0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, chain.length)
        const last = Buffer.of(0xc0, start + 12 + chain.length - 2, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 6, 6, 6, 6)
        return craft(query, 2, Buffer.concat([first, chain, last]))
      },
      /circles/,
    ],
    ['60,000 records announced', (query) => craft(query, 60_000, Buffer.alloc(0)), /60000 records/],
    ['data beyond the end', (query) => craft(query, 1, Buffer.of(0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0xff, 0xff, 6)), /beyond/],
    [
      'an address of three octets',
      (query) => craft(query, 1, Buffer.of(0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 3, 6, 6, 6)),
      /length/,
    ],
    ['a label of an unknown kind', (query) => craft(query, 1, Buffer.of(0x80, 1, 0, 1, 0, 1)), /unknown kind/],
  ])('%s is a failure with a name', async (_, forge, detail) => {
    await using dns = await startRawDns((query, reply) => {
      reply(forge(query))
    })
    const clock = new VirtualClock()
    const answer = await resolve([dns], clock).query(name, 'A')
    expect(answer).toMatchObject({ kind: 'failure', cause: 'malformed', detail: expect.stringMatching(detail) })
    expect(clock.elapsed).toBe(0)
  })

  it('case 62: CNAMEs in a circle', async () => {
    await using dns = await startDnsServer({ [name]: { CNAME: 'b.test' }, 'b.test': { CNAME: name } })
    const resolver = resolve([{ address: dns.host, port: dns.port }])
    const detail = expect.stringContaining('more than 8 CNAMEs in a row')
    expect(await resolver.query(name, 'TLSA')).toMatchObject({ kind: 'failure', cause: 'malformed', detail })
    expect(await lookupMx(resolver, name)).toMatchObject({ kind: 'temporary', detail })
    expect(await lookupAddresses(resolver, name)).toMatchObject({ kind: 'temporary', detail })
  })

  it('5,000 records over TCP are not read', async () => {
    const head = Buffer.of(0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 60, 0, 1, 0)
    await using dns = await startCutDns((query, socket) => {
      socket.write(frame(craft(query, 5_000, Buffer.concat(Array.from({ length: 5_000 }, () => head)))))
    })
    const answer = await resolve([dns]).query(name, 'A')
    expect(answer).toMatchObject({ kind: 'failure', cause: 'malformed', detail: expect.stringContaining('claims 5000 records') })
  })

  it('900 MX records over TCP are read, and twenty are used', async () => {
    const MX = Array.from({ length: 900 }, (_, index) => ({ preference: index, exchange: `mx${index}.test` }))
    await using dns = await startDnsServer({ [name]: { MX } })
    const route = await lookupMx(resolve([{ address: dns.host, port: dns.port }]), name)
    expect(route.kind === 'hosts' && route.hosts.map(({ exchange }) => exchange)).toEqual(
      MX.slice(0, 20).map(({ exchange }) => exchange),
    )
  })

  it('what fills the memory leaves it again: 40 names with 50 kB each, and room for 1 MB', async () => {
    const text = 'x'.repeat(250)
    await using dns = await startCutDns((query, socket) => {
      const records: Answer[] = Array.from({ length: 200 }, () => ({ type: 'TXT', name: nameOf(query), ttl: 86_400, data: text }))
      socket.write(frame(respondTo(query, records)))
    })
    const clock = new VirtualClock()
    const resolver = createResolver({ servers: [dns], timeoutMs: 5_000, tries: 1, clock, cacheSize: 1_000_000 })
    for (let index = 0; index < 40; index++) await resolver.query(`n${index}.test`, 'TXT')
    const before = dns.asked()
    await resolver.query('n39.test', 'TXT')
    expect(dns.asked()).toBe(before)
    await resolver.query('n0.test', 'TXT')
    expect(dns.asked()).toBe(before + 1)
  })
})

describe('TCP', () => {
  it.each<[string, (answer: Buffer) => Buffer, string]>([
    ['a length that is too small', (answer) => frame(answer, answer.length - 1), 'malformed'],
    ['a length of 0', () => Buffer.of(0, 0), 'malformed'],
    ['a length below a header', (answer) => frame(answer, 11), 'malformed'],
    ['a length that is too large', (answer) => frame(answer, answer.length + 1), 'timeout'],
    ['the largest length and nothing more', () => Buffer.of(0xff, 0xff), 'timeout'],
  ])('%s is a failure in its time', async (_, lie, cause) => {
    await using dns = await startCutDns((query, socket) => {
      socket.write(lie(respondTo(query, [right])))
    })
    const clock = new VirtualClock()
    expect(await resolve([dns], clock).query(name, 'A')).toMatchObject({ kind: 'failure', cause })
    expect(clock.elapsed).toBeLessThanOrEqual(5_000)
  })

  it('an answer octet by octet, one a second, ends with the time for a question', async () => {
    const clock = new VirtualClock()
    await using dns = await startCutDns((query, socket) => {
      const packet = frame(respondTo(query, [right]))
      const drip = async (): Promise<void> => {
        for (const octet of packet) {
          if (socket.destroyed) return
          socket.write(Buffer.of(octet))
          await clock.sleep(1_000)
        }
      }
      void drip()
    })
    expect(await resolve([dns], clock).query(name, 'A')).toMatchObject({ kind: 'failure', cause: 'timeout' })
    expect(clock.elapsed).toBeLessThan(10_000)
  })

  it('a second answer behind the first is heard by nobody', async () => {
    await using dns = await startCutDns((query, socket) => {
      const second = withId(dnsPacket.encode({ type: 'response', questions: [{ type: 'A', name }], answers: [forged] }), 7)
      socket.write(Buffer.concat([frame(respondTo(query, [right])), frame(second)]))
    })
    const resolver = resolve([dns])
    expect(await resolver.query(name, 'A')).toMatchObject({ records: ['192.0.2.1'] })
    expect(await resolver.query(name, 'A')).toMatchObject({ records: ['192.0.2.1'] })
  })
})
