import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createResolver, decideTrust, readSystemDns } from '../../../src/dns/index.ts'
import { type Zone, startDnsServer } from '../../../src/world/index.ts'
import { VirtualClock } from '../../support/clock.ts'

const soa = { mname: 'ns.test', rname: 'hostmaster.test', minimum: 60 }
const names = { signed: 'signed.test', broken: 'broken.test' }

/** CD in the second octet of the flags (RFC 4035 3.2.2). */
const asksUnchecked = (raw: Buffer): boolean => ((raw[3] ?? 0) & 0x10) !== 0

/** A resolver that validates: the broken name is there only for those who do not want it checked. */
const validating: Zone = {
  'signed.test': { SOA: soa, ad: true },
  'broken.test': ({ raw }) => (asksUnchecked(raw) ? { A: ['192.0.2.1'] } : 'SERVFAIL'),
}

async function decide(zone: Zone, options: Partial<Parameters<typeof decideTrust>[0]> = {}) {
  await using dns = await startDnsServer(zone)
  const clock = new VirtualClock()
  const servers = [{ address: dns.host, port: dns.port }]
  const trust = await decideTrust({ servers, timeoutMs: 2_000, clock, setting: 'auto', systemTrustsAd: false, names, ...options })
  return { trust, queries: dns.queries.map(({ name, type }) => `${type} ${name}`) }
}

describe('whose word on DNSSEC is believed', () => {
  it('a resolver on this machine that gives AD for a signed name and refuses a broken one', async () => {
    const { trust, queries } = await decide(validating)
    expect(trust).toEqual({ kind: 'trusted', reason: 'the resolver on this machine passed the test: it validates signatures' })
    expect(queries).toEqual(['SOA signed.test', 'A broken.test', 'A broken.test'])
  })

  it.each<[string, Zone, string]>([
    [
      'does not set AD',
      { ...validating, 'signed.test': { SOA: soa } },
      'does not validate: it gives the signed name signed.test without AD',
    ],
    [
      'sets AD on all, broken or not',
      { ...validating, 'broken.test': { A: ['192.0.2.1'], ad: true } },
      'does not validate: it gives broken.test',
    ],
    ['does not know the signed name', {}, 'does not find the signed name signed.test'],
    [
      'says that the broken name is not there',
      { 'signed.test': { SOA: soa, ad: true } },
      'does not validate: it gives broken.test',
    ],
    ['refuses all that is not its own', { ...validating, 'broken.test': 'REFUSED' }, 'did not answer about broken.test'],
    ['is cut off from the world', { ...validating, 'broken.test': 'SERVFAIL' }, 'so its refusal proves nothing'],
    ['says nothing about the broken name', { ...validating, 'broken.test': 'silent' }, 'did not answer about broken.test'],
  ])('a resolver on this machine that %s is not', async (_, zone, reason) => {
    const { trust } = await decide(zone)
    expect(trust.kind).toBe('untrusted')
    expect(trust.reason).toContain(reason)
  })

  it('one that fails among several spoils it, as any of them may be asked', async () => {
    await using careless = await startDnsServer({ ...validating, 'broken.test': { A: ['192.0.2.1'] } })
    await using strict = await startDnsServer(validating)
    const servers = [strict, careless].map(({ host, port }) => ({ address: host, port }))
    expect((await decide({}, { servers })).trust.kind).toBe('untrusted')
  })

  it('the settings rule both ways, and nothing is asked', async () => {
    expect(await decide({}, { setting: 'yes' })).toMatchObject({ trust: { kind: 'trusted' }, queries: [] })
    const no = await decide(validating, { setting: 'no', systemTrustsAd: true })
    expect(no).toMatchObject({ trust: { kind: 'untrusted', reason: 'the settings say so (dns.trustAd)' }, queries: [] })
  })

  it('trust-ad in resolv.conf is enough, and nothing is asked', async () => {
    expect(await decide({}, { systemTrustsAd: true })).toMatchObject({ trust: { kind: 'trusted' }, queries: [] })
  })

  it('a resolver elsewhere is not tested: what it says may be changed on the way', async () => {
    const servers = [{ address: '192.0.2.53', port: 53 }]
    const { trust } = await decide({}, { servers })
    expect(trust.kind).toBe('untrusted')
    expect(trust.reason).toContain('the DNS server 192.0.2.53 is on another machine')
  })
})

describe('what follows', () => {
  const zone: Zone = { 'a.test': { A: ['192.0.2.1'], ad: true }, 'gone.test': 'NXDOMAIN' }

  it.each([
    [undefined, false],
    [{ kind: 'untrusted', reason: 'of this' } as const, false],
    [{ kind: 'trusted', reason: 'of this' } as const, true],
  ])('with the trust %j an answer with AD is secure: %s', async (trust, authenticated) => {
    await using dns = await startDnsServer(zone, { ad: true })
    const servers = [{ address: dns.host, port: dns.port }]
    const clock = new VirtualClock()
    const resolver = createResolver({ servers, timeoutMs: 2_000, tries: 1, clock, ...(trust ? { trust } : {}) })
    expect(await resolver.query('a.test', 'A')).toMatchObject({ kind: 'records', authenticated })
    expect(await resolver.query('a.test', 'MX')).toEqual({ kind: 'nodata', authenticated })
    expect(await resolver.query('gone.test', 'A')).toEqual({ kind: 'nxdomain', authenticated })
    // From the cache too.
    expect(await resolver.query('a.test', 'A')).toMatchObject({ authenticated })
    expect(resolver.trust.kind).toBe(authenticated ? 'trusted' : 'untrusted')
  })
})

describe('resolv.conf', () => {
  it.each([
    ['nameserver 192.0.2.1\noptions trust-ad\n', true],
    ['options edns0 trust-ad timeout:1\nnameserver 192.0.2.1\n', true],
    ['nameserver 192.0.2.1\n\toptions\ttrust-ad\n', true],
    ['nameserver 192.0.2.1\n', false],
    ['nameserver 192.0.2.1\n# options trust-ad\n; options trust-ad\n', false],
    ['nameserver 192.0.2.1\noptions no-trust-ad trust-adx\n', false],
  ])('%j trusts AD: %s', async (text, trustAd) => {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
    await writeFile(join(folder, 'resolv.conf'), text)
    expect(await readSystemDns(join(folder, 'resolv.conf'))).toEqual({ servers: [{ address: '192.0.2.1', port: 53 }], trustAd })
    await rm(folder, { recursive: true })
  })
})
