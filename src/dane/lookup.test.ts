import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DnsAnswer } from '../dns/index.ts'
import {
  type AddressAnswer,
  type DaneResolver,
  type LookupOptions,
  type TlsaRecord,
  chooseSni,
  describeLookup,
  lookupDane,
} from './index.ts'

const host = 'mx.example.test'
const away = 'mx7.provider.test'
const tlsa: TlsaRecord = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 1) }
const other: TlsaRecord = { ...tlsa, data: Buffer.alloc(32, 2) }
const pkix: TlsaRecord = { ...tlsa, usage: 1 }

type Answers = Readonly<Record<string, DnsAnswer<unknown>>>

/** What is not in the literal does not exist, securely. */
function resolverOf(answers: Answers, trust: DaneResolver['trust'] = { kind: 'trusted', reason: 'a literal' }) {
  const asked: string[] = []
  const resolver: DaneResolver = {
    ...(trust ? { trust } : {}),
    query: async (name, type) => {
      asked.push(`${type} ${name}`)
      return (answers[`${type} ${name}`] ?? { kind: 'nxdomain', authenticated: true }) as never
    },
  }
  return { resolver, asked }
}

function records(values: readonly unknown[], authenticated = true): DnsAnswer<unknown> {
  return { kind: 'records', records: values, authenticated, ttl: 60, canonical: '' }
}

const servfail: DnsAnswer<never> = { kind: 'failure', cause: 'servfail', detail: 'SERVFAIL' }
const secure: AddressAnswer = { kind: 'addresses', authenticated: true, canonical: host }
const insecure: AddressAnswer = { ...secure, authenticated: false }
const aliased: AddressAnswer = { ...secure, canonical: away }
const [atHost, atAway] = [`TLSA _25._tcp.${host}`, `TLSA _25._tcp.${away}`]

async function look(answers: Answers, options: Partial<LookupOptions> = {}) {
  const { resolver, asked } = resolverOf(answers)
  const found = await lookupDane(host, { resolver, addresses: secure, mxSecure: true, ...options })
  return { found, asked, words: describeLookup(found) }
}

describe('case 72: where TLSA is asked for', () => {
  it('at a host whose addresses are secure', async () => {
    const { found, asked } = await look({ [atHost]: records([tlsa]) }, { nextHop: ['example.test'] })
    expect(found).toEqual({
      kind: 'usable',
      records: [tlsa],
      unusable: [],
      baseDomain: host,
      names: [host, 'example.test'],
      mxSecure: true,
    })
    expect(asked).toEqual([atHost])
  })

  it('not at one whose addresses are insecure, whatever its server would say', async () => {
    for (const answer of [servfail, records([tlsa]), records([tlsa], false)]) {
      const { found, asked, words } = await look({ [atHost]: answer }, { addresses: insecure })
      expect(found).toEqual({ kind: 'none', cause: 'insecure-address' })
      expect(asked).toEqual([])
      expect(words).toBe('the host is not signed with DNSSEC: no DANE')
    }
  })

  it('nowhere where there is no address', async () => {
    const { found, asked } = await look({}, { addresses: { kind: 'none' } })
    expect(found).toEqual({ kind: 'none', cause: 'no-address' })
    expect(asked).toEqual([])
  })

  it('on the port given', async () => {
    const { found } = await look({ [`TLSA _587._tcp.${host}`]: records([tlsa]) }, { port: 587 })
    expect(found.kind).toBe('usable')
  })

  it('at no name longer than names can be', async () => {
    const long = `${'a.'.repeat(123)}test`
    const { resolver, asked } = resolverOf({})
    const addresses = { ...secure, canonical: long }
    expect(await lookupDane(long, { resolver, addresses, mxSecure: true })).toEqual({ kind: 'none', cause: 'no-records' })
    expect(asked).toEqual([])
  })
})

describe('case 62: MX hosts that are aliases', () => {
  it('asks at the expanded name first', async () => {
    const { found, asked } = await look({ [atAway]: records([tlsa]), [atHost]: records([other]) }, { addresses: aliased })
    expect(found).toMatchObject({ baseDomain: away, records: [tlsa], names: [away, host] })
    expect(asked).toEqual([atAway])
    expect(chooseSni(host, found)).toBe(away)
  })

  it.each([
    ['no such name', { kind: 'nxdomain', authenticated: true }, 'no-records'],
    ['no such name, insecurely', { kind: 'nxdomain', authenticated: false }, 'no-records'],
    ['no such record', { kind: 'nodata', authenticated: true }, 'no-records'],
    ['records that nobody signed', records([other], false), 'insecure-records'],
  ] as const)('asks at the original name where the expanded one has %s', async (_, answer, cause) => {
    const { found, asked } = await look({ [atAway]: answer, [atHost]: records([tlsa]) }, { addresses: aliased })
    expect(found).toMatchObject({ kind: 'usable', baseDomain: host, records: [tlsa], names: [host] })
    expect(asked).toEqual([atAway, atHost])
    const insecure = cause === 'insecure-records' ? { insecure: [other] } : {}
    expect((await look({ [atAway]: answer }, { addresses: aliased })).found).toEqual({ kind: 'none', cause, ...insecure })
  })

  it('asks no further where the expanded name fails, or has records that cannot be used', async () => {
    const failed = await look({ [atAway]: servfail, [atHost]: records([tlsa]) }, { addresses: aliased })
    expect(failed.found).toMatchObject({ kind: 'failed', step: 'tlsa' })
    expect(failed.asked).toEqual([atAway])
    const unusable = await look({ [atAway]: records([pkix]), [atHost]: records([tlsa]) }, { addresses: aliased })
    expect(unusable.found).toMatchObject({ kind: 'unusable', baseDomain: away })
  })

  const halfway: AddressAnswer = { ...aliased, authenticated: false }
  const alias = `CNAME ${host}`

  it('asks at the original name alone where only the first step is secure', async () => {
    const { found, asked } = await look({ [alias]: records([away]), [atHost]: records([tlsa]) }, { addresses: halfway })
    expect(found).toMatchObject({ kind: 'usable', baseDomain: host })
    expect(asked).toEqual([alias, atHost])
  })

  it.each([
    ['is insecure', records([away], false), { kind: 'none', cause: 'insecure-address' }],
    ['is not there, insecurely', { kind: 'nodata', authenticated: false }, { kind: 'none', cause: 'insecure-address' }],
    ['is not there all of a sudden', { kind: 'nodata', authenticated: true }, { kind: 'failed', step: 'alias' }],
    ['cannot be looked up', servfail, { kind: 'failed', step: 'alias' }],
  ] as const)('asks for no TLSA where the first step %s', async (_, answer, result) => {
    const { found, asked } = await look({ [alias]: answer, [atHost]: records([tlsa]) }, { addresses: halfway })
    expect(found).toMatchObject(result)
    expect(asked).toEqual([alias])
  })

  it('takes a name in other letters, or with its dot, for no alias', async () => {
    const { resolver, asked } = resolverOf({})
    await lookupDane('MX.Example.test.', { resolver, addresses: secure, mxSecure: true })
    expect(asked).toEqual([atHost])
  })
})

describe('case 72: look-ups that fail', () => {
  it('a failed or bogus look-up for TLSA makes the host unreachable', async () => {
    for (const cause of ['servfail', 'timeout', 'refused', 'malformed', 'unreachable'] as const) {
      const { found, words } = await look({ [atHost]: { kind: 'failure', cause, detail: 'gone' } })
      expect(found).toEqual({ kind: 'failed', step: 'tlsa', name: `_25._tcp.${host}`, detail: 'gone' })
      expect(words).toContain('the host counts as unreachable')
    }
  })

  it('so does one for its addresses', async () => {
    const { found, asked } = await look({}, { addresses: { kind: 'temporary', detail: 'SERVFAIL' } })
    expect(found).toEqual({ kind: 'failed', step: 'addresses', name: host, detail: 'SERVFAIL' })
    expect(asked).toEqual([])
  })
})

describe('case 72: whose word counts', () => {
  it.each([undefined, { kind: 'untrusted', reason: 'the resolver is not on this machine' }] as const)(
    'a resolver that is not trusted is asked nothing',
    async (trust) => {
      const { resolver, asked } = resolverOf({ [atHost]: records([tlsa]) })
      const { trust: _, ...silent } = resolver
      const found = await lookupDane(host, {
        resolver: trust ? { ...resolver, trust } : silent,
        addresses: { kind: 'temporary', detail: 'SERVFAIL' },
        mxSecure: true,
      })
      expect(found).toMatchObject({ kind: 'not-tested' })
      expect(asked).toEqual([])
      expect(describeLookup(found)).toContain('not looked up')
      expect(chooseSni(host, found)).toBe(host)
    },
  )

  it('a secure host of an insecure MX has its records, and says so; the domain is no name of its certificate', async () => {
    const { found, words } = await look({ [atHost]: records([tlsa]) }, { mxSecure: false, nextHop: ['example.test'] })
    expect(found).toMatchObject({ kind: 'usable', mxSecure: false, names: [host] })
    expect(words).toContain('MX not signed: they vouch for the host, not for the domain')
  })

  it('the next-hop domain and what it stands for are names where the MX is secure', async () => {
    const nextHop = ['example.test', 'example.net', host]
    const { found } = await look({ [atAway]: records([tlsa]) }, { addresses: aliased, nextHop })
    expect(found).toMatchObject({ names: [away, host, 'example.test', 'example.net'] })
  })
})

it('case 70: records of which none can be used make TLS mandatory', async () => {
  const { found, words } = await look({ [atHost]: records([pkix]) })
  expect(found).toMatchObject({ kind: 'unusable', baseDomain: host, unusable: [{ flaw: 'pkix-usage' }] })
  expect(words).toBe(
    'no TLSA record of mx.example.test can be used (usages 0 and 1 are not for SMTP): TLS is mandatory, and authenticates nobody',
  )
})

it('believes no record that nobody signed, whatever is answered', async () => {
  const answer = fc.oneof(
    fc.constant(servfail),
    fc.record({ kind: fc.constantFrom('nodata' as const, 'nxdomain' as const), authenticated: fc.boolean() }),
    fc.boolean().map((authenticated) => records([tlsa], authenticated)),
  )
  await fc.assert(
    fc.asyncProperty(answer, answer, answer, fc.boolean(), fc.boolean(), async (first, second, third, authenticated, alias) => {
      const answers = { [atHost]: first, [atAway]: second, [`CNAME ${host}`]: third }
      const { found, asked } = await look(answers, { addresses: { ...(alias ? aliased : secure), authenticated } })
      const isSigned = (one: DnsAnswer<unknown>) => one.kind === 'records' && one.authenticated
      if (found.kind === 'usable') expect(isSigned(found.baseDomain === host ? first : second)).toBe(true)
      if (!authenticated && !isSigned(third)) expect(asked.filter((one) => one.startsWith('TLSA'))).toEqual([])
      expect(asked.length).toBeLessThanOrEqual(2)
    }),
  )
})
