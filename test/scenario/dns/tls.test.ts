import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { type DnsServer, createResolver } from '../../../src/dns/index.ts'
import { createAuthority, startDnsServer } from '../../../src/world/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { frame, nameOf, respondTo } from '../../support/dnsAnswer.ts'
import { startTlsDns } from '../../support/tlsDns.ts'

const authority = await createAuthority()
const good = await authority.issue({ names: ['dns.test'] })
const secureContext = createSecureContext({ ca: [authority.pem] })

function resolve(servers: readonly DnsServer[], clock = new VirtualClock()) {
  return createResolver({ servers, timeoutMs: 5_000, tries: 1, clock, secureContext })
}

/** 192.0.2.n for `nX.test`. */
function answer(query: Buffer): Buffer {
  const name = nameOf(query)
  return frame(respondTo(query, [{ type: 'A', name, ttl: 60, data: `192.0.2.${/\d+/.exec(name)?.[0] ?? 1}` }]))
}

describe('DNS over TLS (RFC 7858)', () => {
  it('asks over one connection that is kept', async () => {
    await using dns = await startTlsDns(good, (query, socket) => socket.write(answer(query)))
    const resolver = resolve([dns])
    for (const n of [1, 2, 3]) expect(await resolver.query(`n${n}.test`, 'A')).toMatchObject({ records: [`192.0.2.${n}`] })
    expect(dns.connections()).toBe(1)
    resolver.close()
    expect(await resolver.query('n4.test', 'A')).toMatchObject({ records: ['192.0.2.4'] })
    expect(dns.connections()).toBe(2)
    resolver.close()
  })

  it('waits for no answer before the next question, and takes answers in any order', async () => {
    const held: Buffer[] = []
    await using dns = await startTlsDns(good, (query, socket) => {
      held.unshift(answer(query))
      // Answered only once all have been asked: whoever waits for the first waits for ever.
      if (held.length === 50) socket.write(Buffer.concat(held))
    })
    const resolver = resolve([dns])
    const names = Array.from({ length: 50 }, (_, n) => `n${n + 1}.test`)
    const answers = await Promise.all(names.map(async (name) => resolver.query(name, 'A')))
    expect(answers).toMatchObject(names.map((_, n) => ({ kind: 'records', records: [`192.0.2.${n + 1}`] })))
    expect(dns.connections()).toBe(1)
    expect(new Set(dns.queries.map((query) => query.readUInt16BE(0))).size).toBe(50)
    resolver.close()
  })

  it.each([
    ['is for another name', { names: ['other.test'] }, /altnames/],
    ['has a common name only', { names: [], commonName: 'dns.test' }, /no name/],
    ['nobody vouches for', { names: ['dns.test'], selfSigned: true }, /self-signed/],
    ['has expired', { names: ['dns.test'], notAfter: new Date(Date.now() - 86_400_000) }, /expired/],
  ])('a server whose certificate %s is asked nothing', async (_, options, detail) => {
    await using dns = await startTlsDns(await authority.issue(options), (query, socket) => socket.write(answer(query)))
    const result = await resolve([dns]).query('n1.test', 'A')
    expect(result).toMatchObject({ kind: 'failure', cause: 'unreachable', detail: expect.stringMatching(detail) })
    expect(dns.queries).toEqual([])
  })

  it('a server that does not speak TLS is not asked in the clear', async () => {
    await using dns = await startDnsServer({ 'n1.test': { A: ['6.6.6.6'] } })
    const result = await resolve([{ address: dns.host, port: dns.port, tlsName: 'dns.test' }]).query('n1.test', 'A')
    expect(result.kind).toBe('failure')
    expect(dns.queries.filter(({ name }) => name === 'n1.test')).toEqual([])
  })

  it('a connection that is closed between two questions is opened again', async () => {
    await using dns = await startTlsDns(good, (query, socket) => socket.end(answer(query)))
    const resolver = resolve([dns])
    for (const n of [1, 2, 3]) expect(await resolver.query(`n${n}.test`, 'A')).toMatchObject({ records: [`192.0.2.${n}`] })
    expect(dns.connections()).toBe(3)
  })

  it('a question that a kept connection took with it is asked once more, and no further (RFC 7766 6.2.4)', async () => {
    await using dns = await startTlsDns(good, (query, socket) => {
      if (nameOf(query) === 'n1.test') socket.write(answer(query))
      else socket.destroy()
    })
    const resolver = resolve([dns])
    await resolver.query('n1.test', 'A')
    expect(await resolver.query('n2.test', 'A')).toMatchObject({ kind: 'failure', cause: 'unreachable' })
    expect(dns.queries.map(nameOf)).toEqual(['n1.test', 'n2.test', 'n2.test'])
  })

  it('a server that closes in the middle of an answer is unreachable', async () => {
    await using dns = await startTlsDns(good, (query, socket) => socket.end(answer(query).subarray(0, 20)))
    expect(await resolve([dns]).query('n1.test', 'A')).toMatchObject({ kind: 'failure', cause: 'unreachable' })
  })

  it('a silent server is given its time, and its connection is given up', async () => {
    await using dns = await startTlsDns(good, () => undefined)
    const clock = new VirtualClock()
    const resolver = resolve([dns], clock)
    expect(await resolver.query('n1.test', 'A')).toMatchObject({ kind: 'failure', cause: 'timeout' })
    expect(clock.elapsed).toBe(5_000)
    await resolver.query('n2.test', 'A')
    expect(dns.connections()).toBe(2)
  })

  it('one name without an answer leaves the others their connection, and its late answer harms nobody', async () => {
    const late: Buffer[] = []
    const clock = new VirtualClock()
    await using dns = await startTlsDns(good, (query, socket) => {
      if (nameOf(query) === 'n1.test') late.push(answer(query))
      else if (nameOf(query) === 'n3.test') socket.write(Buffer.concat([...late, answer(query)]))
      else void clock.sleep(3_000).then(() => socket.write(answer(query)))
    })
    const resolver = resolve([dns], clock)
    const [one, two] = await Promise.all([resolver.query('n1.test', 'A'), resolver.query('n2.test', 'A')])
    expect([one, two]).toMatchObject([{ kind: 'failure', cause: 'timeout' }, { records: ['192.0.2.2'] }])
    expect(await resolver.query('n3.test', 'A')).toMatchObject({ records: ['192.0.2.3'] })
    expect(dns.connections()).toBe(1)
    resolver.close()
  })

  it('of two servers the next is asked where the certificate of the first is wrong', async () => {
    await using bad = await startTlsDns(await authority.issue({ names: ['other.test'] }), () => undefined)
    await using dns = await startTlsDns(good, (query, socket) => socket.write(answer(query)))
    const resolver = resolve([bad, dns])
    expect(await resolver.query('n1.test', 'A')).toMatchObject({ records: ['192.0.2.1'] })
    resolver.close()
  })
})
