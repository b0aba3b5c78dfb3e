import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type DnsServer, createResolver } from '../../../src/dns/index.ts'
import { startDnsServer } from '../../../src/world/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { frame, nameOf, respondTo } from '../../support/dnsAnswer.ts'
import { startCutDns, startRawDns } from '../../support/rawDns.ts'

function resolve(servers: readonly DnsServer[], clock = new VirtualClock(), inFlight?: number) {
  return createResolver({ servers, timeoutMs: 5_000, tries: 1, clock, ...(inFlight === undefined ? {} : { inFlight }) })
}

const address = (query: Buffer): Buffer => respondTo(query, [{ type: 'A', name: nameOf(query), ttl: 60, data: '192.0.2.1' }])

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}.test`)

describe('thousands of look-ups at once', () => {
  it('each comes back with its own answer', async () => {
    await using dns = await startRawDns((query, reply) => {
      const number = Number(/\d+/.exec(nameOf(query))?.[0])
      reply(respondTo(query, [{ type: 'A', name: nameOf(query), ttl: 60, data: `10.0.${number >> 8}.${number & 255}` }]))
    })
    const resolver = resolve([dns])
    const answers = await Promise.all(many(4_000).map(async (name) => resolver.query(name, 'A')))
    const records = answers.map((answer) => (answer.kind === 'records' ? answer.records[0] : answer.kind))
    expect(records).toEqual(many(4_000).map((_, number) => `10.0.${number >> 8}.${number & 255}`))
    expect(dns.asked()).toBe(4_000)
  })

  it('no more than the bound are under way; the others wait their turn', async () => {
    const held: (() => void)[] = []
    let most = 0
    const server = createSocket('udp4')
    server.on('message', (query, from) => {
      held.push(() => {
        server.send(address(query), from.port, from.address)
      })
      most = Math.max(most, held.length)
      // All that may come have come: let them go one after the other.
      if (held.length === 10) while (held.length > 0) held.shift()?.()
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const resolver = resolve([{ address: '127.0.0.1', port: server.address().port }], undefined, 10)
    const answers = await Promise.all(many(200).map(async (name) => resolver.query(name, 'A')))
    expect(answers.every(({ kind }) => kind === 'records')).toBe(true)
    expect(most).toBe(10)
    server.close()
  })

  it('ports are several at a time, and change (RFC 5452 9.2)', async () => {
    const ports: number[] = []
    await using dns = await startRawDns((query, reply, port) => {
      ports.push(port)
      reply(address(query))
    })
    const resolver = resolve([dns])
    await Promise.all(many(2_000).map(async (name) => resolver.query(name, 'A')))
    expect(new Set(ports.slice(0, 200)).size).toBeGreaterThanOrEqual(8)
    // 200 questions a port, and then another.
    const uses = [...Map.groupBy(ports, (port) => port).values()].map(({ length }) => length)
    expect(Math.max(...uses)).toBeLessThanOrEqual(200)
    expect(uses.length).toBeGreaterThanOrEqual(10)
    const last = new Set(ports.slice(-20))
    // Nothing is under way, so all are closed.
    await setImmediate()
    await resolver.query('later.test', 'A')
    expect(last.has(ports.at(-1) ?? 0)).toBe(false)
  })

  it('the order of ports and ids is not that of the questions', async () => {
    const seen: [number, number][] = []
    await using dns = await startRawDns((query, reply, port) => {
      seen.push([port, query.readUInt16BE(0)])
      reply(address(query))
    })
    const resolver = resolve([dns])
    await Promise.all(many(500).map(async (name) => resolver.query(name, 'A')))
    const steps = seen.slice(1).map(([, id], index) => id - (seen[index]?.[1] ?? 0))
    expect(steps.filter((step) => step === 1).length).toBeLessThan(10)
    expect(new Set(seen.map(([, id]) => id)).size).toBeGreaterThan(450)
  })

  it('a socket that breaks takes its own questions with it, and each is told', async () => {
    const gone = await startRawDns(() => undefined)
    await gone[Symbol.asyncDispose]()
    const clock = new VirtualClock()
    const resolver = resolve([gone], clock)
    const answers = await Promise.all(many(300).map(async (name) => resolver.query(name, 'A')))
    expect(answers).toMatchObject(answers.map(() => ({ kind: 'failure', cause: 'unreachable' })))
    expect(clock.elapsed).toBe(0)
  })
})

describe('a server that failed', () => {
  it('is asked last for half a minute, then first again', async () => {
    const clock = new VirtualClock()
    let dead = true
    await using first = await startRawDns((query, reply) => {
      if (!dead) reply(address(query))
    })
    await using second = await startDnsServer(Object.fromEntries(many(9).map((name) => [name, { A: ['192.0.2.1'] }])))
    const resolver = resolve([first, { address: second.host, port: second.port }], clock)
    await resolver.query('n0.test', 'A')
    expect([first.asked(), second.queries.length]).toEqual([1, 1])
    await resolver.query('n1.test', 'A')
    expect([first.asked(), second.queries.length]).toEqual([1, 2])
    await clock.sleep(30_000)
    dead = false
    await resolver.query('n2.test', 'A')
    expect([first.asked(), second.queries.length]).toEqual([2, 2])
    await resolver.query('n3.test', 'A')
    expect([first.asked(), second.queries.length]).toEqual([3, 2])
  })

  it('is not one that answered others meanwhile: then it is the name that is dead', async () => {
    const clock = new VirtualClock()
    await using first = await startRawDns((query, reply) => {
      if (nameOf(query) !== 'dead.test') void clock.sleep(1_000).then(() => reply(address(query)))
    })
    await using second = await startDnsServer({ 'dead.test': { A: ['192.0.2.2'] } })
    const resolver = resolve([first, { address: second.host, port: second.port }], clock)
    await Promise.all([resolver.query('dead.test', 'A'), resolver.query('n1.test', 'A')])
    await resolver.query('n2.test', 'A')
    expect([first.asked(), second.queries.length]).toEqual([3, 1])
  })
})

describe('a server that falls silent while thousands wait for it', () => {
  it('does not hold them up where there is another', async () => {
    const clock = new VirtualClock()
    await using silent = await startRawDns(() => undefined)
    await using second = await startRawDns((query, reply) => {
      reply(address(query))
    })
    const resolver = resolve([silent, second], clock)
    const answers = await Promise.all(many(1_000).map(async (name) => resolver.query(name, 'A')))
    expect(answers.every(({ kind }) => kind === 'records')).toBe(true)
    expect(clock.elapsed).toBe(5_000)
    expect(silent.asked()).toBe(128)
  })
})

describe('TCP for what UDP cut', () => {
  it('carries all that are under way over one connection', async () => {
    const sockets = new Set<Socket>()
    let answered = 0
    await using dns = await startCutDns((query, socket) => {
      sockets.add(socket)
      answered++
      socket.write(frame(address(query)))
    })
    const resolver = resolve([dns])
    expect(await resolver.query('n0.test', 'A')).toMatchObject({ records: ['192.0.2.1'] })
    expect([sockets.size, answered]).toEqual([1, 1])
    // Nothing waits, so nothing is kept.
    const [socket] = sockets
    if (socket && !socket.closed) await once(socket, 'close')
    expect(socket?.destroyed).toBe(true)
  })

  it('fifty at once', async () => {
    await using dns = await startDnsServer(
      Object.fromEntries(many(50).map((name, index) => [name, { A: [`192.0.2.${index}`], truncate: true }])),
    )
    const resolver = resolve([{ address: dns.host, port: dns.port }])
    const answers = await Promise.all(many(50).map(async (name) => resolver.query(name, 'A')))
    expect(answers).toMatchObject(many(50).map((_, index) => ({ records: [`192.0.2.${index}`] })))
  })
})
