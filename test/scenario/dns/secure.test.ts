import { describe, expect, it } from 'vitest'
import { createResolver, lookupAddresses, lookupFirstAlias, lookupMx, mockResolver } from '../../../src/dns/index.ts'
import { type Zone, startDnsServer } from '../../../src/world/index.ts'
import { VirtualClock } from '../../support/clock.ts'

async function serve(zone: Zone, ad = false) {
  const dns = await startDnsServer(zone, { ad })
  const servers = [{ address: dns.host, port: dns.port }]
  const trust = { kind: 'trusted', reason: 'this is a test' } as const
  const resolver = createResolver({ servers, timeoutMs: 2_000, tries: 1, clock: new VirtualClock(), trust })
  return { dns, resolver, [Symbol.asyncDispose]: () => dns[Symbol.asyncDispose]() }
}

const mx = [{ preference: 10, exchange: 'mx.test' }]

describe('where mail goes, and how sure that is', () => {
  it.each([true, false])('case 72: MX records say whether they are secure (%s)', async (ad) => {
    await using world = await serve({ 'a.test': { MX: mx, ad } })
    expect(await lookupMx(world.resolver, 'a.test')).toMatchObject({ kind: 'hosts', implicit: false, authenticated: ad })
  })

  it.each([true, false])('case 60: that there is no MX record is secure too, or is not (%s)', async (ad) => {
    // What the address says of itself is another matter.
    await using world = await serve({ 'a.test': ({ type }) => (type === 'MX' ? { ad } : { A: ['192.0.2.1'], ad: !ad }) })
    expect(await lookupMx(world.resolver, 'a.test')).toMatchObject({ kind: 'hosts', implicit: true, authenticated: ad })
  })

  it('case 61: a null MX, alone and with others', async () => {
    const none = { preference: 0, exchange: '.' }
    await using world = await serve({ 'a.test': { MX: [none] }, 'b.test': { MX: [none, ...mx] } })
    expect(await lookupMx(world.resolver, 'a.test')).toEqual({ kind: 'null-mx' })
    expect(await lookupMx(world.resolver, 'b.test')).toMatchObject({ kind: 'hosts', hosts: mx, nullAmongOthers: true })
  })

  it('case 60: SERVFAIL for MX does not turn into the address of the domain', async () => {
    await using world = await serve({ 'a.test': ({ type }) => (type === 'MX' ? 'SERVFAIL' : { A: ['192.0.2.1'] }) })
    expect(await lookupMx(world.resolver, 'a.test')).toMatchObject({ kind: 'temporary' })
  })
})

describe('where a host is, and how sure that is', () => {
  it('case 65: addresses of both families; secure only where all that came is', async () => {
    const two = (a: boolean, aaaa: boolean): Zone[string] => {
      return ({ type }) => (type === 'A' ? { A: ['192.0.2.1'], ad: a } : { AAAA: ['2001:db8::1'], ad: aaaa })
    }
    await using world = await serve({
      'both.test': two(true, true),
      'one.test': two(true, false),
      'none.test': two(false, false),
    })
    const addresses = ['192.0.2.1', '2001:db8::1']
    expect(await lookupAddresses(world.resolver, 'both.test')).toMatchObject({ addresses, authenticated: true })
    expect(await lookupAddresses(world.resolver, 'one.test')).toMatchObject({ addresses, authenticated: false })
    expect(await lookupAddresses(world.resolver, 'none.test')).toMatchObject({ addresses, authenticated: false })
  })

  it('case 65: a family that is not there, or fails, does not count against the other', async () => {
    await using world = await serve({
      'four.test': ({ type }) => (type === 'A' ? { A: ['192.0.2.1'], ad: true } : {}),
      'half.test': ({ type }) => (type === 'A' ? { A: ['192.0.2.1'], ad: true } : 'SERVFAIL'),
    })
    for (const host of ['four.test', 'half.test']) {
      expect(await lookupAddresses(world.resolver, host)).toMatchObject({ addresses: ['192.0.2.1'], authenticated: true })
    }
  })

  it('cases 62, 72: of an insecure chain the first step is known by itself', async () => {
    // As a validating resolver says it: AD covers the whole answer, and the target's zone is not signed.
    const alias = (first: boolean): Zone[string] => {
      return ({ type }) => (type === 'CNAME' ? { CNAME: 'Balancer.test', ad: first } : { CNAME: 'balancer.test', ad: first })
    }
    const target: Zone[string] = { A: ['192.0.2.1'], ad: false }
    await using world = await serve({ 'signed.test': alias(true), 'open.test': alias(false), 'balancer.test': target })
    const found = { kind: 'addresses', canonical: 'balancer.test', authenticated: false }
    expect(await lookupAddresses(world.resolver, 'signed.test')).toMatchObject(found)
    expect(await lookupAddresses(world.resolver, 'open.test')).toMatchObject(found)
    const step = { kind: 'alias', target: 'balancer.test' }
    expect(await lookupFirstAlias(world.resolver, 'signed.test')).toEqual({ ...step, authenticated: true })
    expect(await lookupFirstAlias(world.resolver, 'open.test')).toEqual({ ...step, authenticated: false })
    expect(await lookupFirstAlias(world.resolver, 'balancer.test')).toEqual({ kind: 'none', authenticated: false })
  })

  it('cases 60, 72: that the first step cannot be looked up is temporary', async () => {
    await using world = await serve({ 'a.test': 'SERVFAIL' })
    expect(await lookupFirstAlias(world.resolver, 'a.test')).toMatchObject({ kind: 'temporary' })
  })

  it('case 72: TLSA records, their absence and their failure are three things', async () => {
    const certificate = Buffer.alloc(32, 7)
    await using world = await serve(
      {
        '_25._tcp.mx.test': { TLSA: [{ usage: 3, selector: 1, matchingType: 1, certificate }] },
        '_25._tcp.bare.test': {},
        '_25._tcp.balancer.test': 'SERVFAIL',
        '_25._tcp.deaf.test': 'silent',
        '_25._tcp.alias.test': { CNAME: '_25._tcp.mx.test' },
        '_25._tcp.empty.test': { TLSA: [{ usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(0) }] },
      },
      true,
    )
    const records = [{ usage: 3, selector: 1, matchingType: 1, data: certificate }]
    const ask = async (host: string) => world.resolver.query(`_25._tcp.${host}`, 'TLSA')
    expect(await ask('mx.test')).toMatchObject({ kind: 'records', records, authenticated: true })
    expect(await ask('alias.test')).toMatchObject({ kind: 'records', records, canonical: '_25._tcp.mx.test' })
    expect(await ask('bare.test')).toEqual({ kind: 'nodata', authenticated: true })
    expect(await ask('gone.test')).toEqual({ kind: 'nxdomain', authenticated: true })
    expect(await ask('balancer.test')).toMatchObject({ kind: 'failure', cause: 'servfail' })
    expect(await ask('deaf.test')).toMatchObject({ kind: 'failure', cause: 'timeout' })
    expect(await ask('empty.test')).toMatchObject({ kind: 'records', records: [{ data: Buffer.alloc(0) }] })
  })
})

describe('the mock says the same as a server would', () => {
  it('for records, aliases, absences and failures', async () => {
    const resolver = mockResolver({
      'Example.test': { MX: [{ preference: 10, exchange: 'mx.test' }], secure: true, ttl: 30 },
      'mx.test': { CNAME: 'Host.test', secure: true },
      'host.test': { A: ['192.0.2.1'], AAAA: 'servfail' },
      '_25._tcp.mx.test': { TLSA: 'timeout' },
      'gone.test': 'nxdomain',
      'down.test': 'servfail',
      'loop.test': { CNAME: 'loop.test' },
    })
    expect(resolver.trust?.kind).toBe('trusted')
    expect(await resolver.query('example.TEST.', 'MX')).toEqual({
      kind: 'records',
      records: mx,
      authenticated: true,
      ttl: 30,
      canonical: 'example.test',
    })
    expect(await lookupMx(resolver, 'example.test')).toMatchObject({ kind: 'hosts', authenticated: true })
    expect(await lookupAddresses(resolver, 'mx.test')).toMatchObject({ canonical: 'host.test', authenticated: false })
    expect(await lookupFirstAlias(resolver, 'mx.test')).toEqual({ kind: 'alias', target: 'host.test', authenticated: true })
    expect(await resolver.query('_25._tcp.mx.test', 'TLSA')).toMatchObject({ kind: 'failure', cause: 'timeout' })
    expect(await resolver.query('example.test', 'TXT')).toEqual({ kind: 'nodata', authenticated: true })
    expect(await resolver.query('gone.test', 'A')).toMatchObject({ kind: 'nxdomain' })
    expect(await resolver.query('nowhere.test', 'A')).toMatchObject({ kind: 'nxdomain' })
    expect(await resolver.query('down.test', 'A')).toMatchObject({ kind: 'failure', cause: 'servfail' })
    expect(await resolver.query('loop.test', 'A')).toMatchObject({ kind: 'failure', cause: 'malformed' })
    expect(resolver.asked.slice(0, 2)).toEqual(['MX example.test', 'MX example.test'])
  })

  it('and nothing is secure where it is told not to be trusted', async () => {
    const zone = { 'example.test': { A: ['192.0.2.1'], secure: true } }
    const resolver = mockResolver(zone, { kind: 'untrusted', reason: 'of the test' })
    expect(await resolver.query('example.test', 'A')).toMatchObject({ authenticated: false })
  })
})
