import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MockZone, mockResolver } from '../dns/index.ts'
import { evaluateSpf, parseSpf, surveySpf } from './index.ts'
import { expandDomain } from './macro.ts'

const address = '192.0.2.3'

function evaluate(zone: MockZone, change: Partial<Parameters<typeof evaluateSpf>[0]> = {}) {
  const resolver = mockResolver(zone)
  return evaluateSpf({
    resolver,
    address,
    domain: 'example.test',
    sender: 'news@example.test',
    helo: 'mx.example.test',
    ...change,
  })
}

const record = (text: string, more: MockZone = {}): MockZone => ({ 'example.test': { TXT: [text] }, ...more })

describe('evaluateSpf', () => {
  it.each([
    ['v=spf1 ip4:192.0.2.0/24 -all', 'pass'],
    ['v=spf1 -ip4:192.0.2.3 +all', 'fail'],
    ['v=spf1 ~all', 'softfail'],
    ['v=spf1 ?all', 'neutral'],
    ['v=spf1', 'neutral'],
    ['V=SPF1 IP4:192.0.2.3 -ALL', 'pass'],
    ['v=spf1 ip4:192.0.2.4 ip6:2001:db8::/32 -all', 'fail'],
    ['v=spf1 all -ip4:192.0.2.3', 'pass'],
    ['v=spf1 ip4:0.0.0.0/0 -all', 'pass'],
    ['v=spf10 +all', 'none'],
    // RFC 7208 4.6: one wrong term breaks the whole, also behind the one that matches.
    ['v=spf1 +all ip4:999.0.2.0', 'permerror'],
    ['v=spf1 ipv4:192.0.2.3 -all', 'permerror'],
    ['v=spf1 ip4:192.0.2.0/33 -all', 'permerror'],
    ['v=spf1 ip4:192.0.2.0/024 -all', 'permerror'],
    ['v=spf1 include: -all', 'permerror'],
    ['v=spf1 include -all', 'permerror'],
    ['v=spf1 all:example.test', 'permerror'],
    ['v=spf1 exists:%{c}.example.test -all', 'permerror'],
    ['v=spf1 exists:%{d0}.example.test -all', 'permerror'],
    ['v=spf1 exists:%x.example.test -all', 'permerror'],
    ['v=spf1 redirect=a.test redirect=b.test', 'permerror'],
    // RFC 7208 6: unknown modifiers are passed over.
    ['v=spf1 moo=cow ip4:192.0.2.3 -all', 'pass'],
  ] as const)('%s is %s', async (text, result) => {
    expect((await evaluate(record(text))).result).toBe(result)
  })

  it('looks at a, mx, exists and ptr', async () => {
    const hosts: MockZone = {
      'www.example.test': { A: ['192.0.2.3'], AAAA: ['2001:db8::3'] },
      'mx.other.test': { MX: [{ preference: 1, exchange: 'www.example.test' }] },
      '3.2.0.192.in-addr.arpa': { PTR: ['forged.test', 'www.example.test'] },
      '3.2.0.192.list.test': { A: ['127.0.0.2'] },
    }
    for (const term of [
      'a:www.example.test',
      'a:www.example.test/24//64',
      'mx:mx.other.test',
      'exists:%{ir}.list.test',
      'ptr',
      'ptr:example.test',
    ])
      expect(await evaluate(record(`v=spf1 ${term} -all`, hosts)), term).toMatchObject({ result: 'pass', lookups: 1 })
    expect((await evaluate(record('v=spf1 ptr:forged.test -all', hosts))).result).toBe('fail')
    expect((await evaluate(record('v=spf1 a:www.example.test//64 -all', hosts), { address: '2001:db8::99' })).result).toBe('pass')
    expect((await evaluate(record('v=spf1 a:www.example.test -all', hosts), { address: '2001:db8::99' })).result).toBe('fail')
  })

  it('holds an include by the table of RFC 7208 5.2', async () => {
    const other = (text: string | undefined): MockZone =>
      record('v=spf1 include:other.test ?all', text === undefined ? {} : { 'other.test': { TXT: [text] } })
    expect((await evaluate(other('v=spf1 ip4:192.0.2.3 -all'))).result).toBe('pass')
    for (const text of ['v=spf1 -all', 'v=spf1 ~all', 'v=spf1 ?all']) expect((await evaluate(other(text))).result).toBe('neutral')
    expect((await evaluate(other(undefined))).result).toBe('permerror')
    expect((await evaluate(other('v=spf1 nonsense'))).result).toBe('permerror')
    expect((await evaluate({ ...other(undefined), 'other.test': 'servfail' })).result).toBe('temperror')
  })

  it('follows redirect only where nothing matches, and to no place without a record', async () => {
    const zone = record('v=spf1 -ip4:192.0.2.4 redirect=other.test', { 'other.test': { TXT: ['v=spf1 ip4:192.0.2.3 -all'] } })
    expect(await evaluate(zone)).toMatchObject({ result: 'pass', lookups: 1, domains: ['example.test', 'other.test'] })
    expect((await evaluate(zone, { address: '192.0.2.4' })).result).toBe('fail')
    expect((await evaluate(record('v=spf1 redirect=gone.test'))).result).toBe('permerror')
  })

  it('is permerror with two records, and none without one', async () => {
    expect((await evaluate({ 'example.test': { TXT: ['v=spf1 +all', 'v=spf1 -all'] } })).result).toBe('permerror')
    expect((await evaluate({ 'example.test': { TXT: ['something else'] } })).result).toBe('none')
    expect((await evaluate({})).result).toBe('none')
    expect((await evaluate({ 'example.test': 'timeout' })).result).toBe('temperror')
    expect((await evaluate({}, { domain: 'localhost' })).result).toBe('none')
  })

  it('looks up ten terms, and not eleven', async () => {
    const zone = (count: number): MockZone => ({
      'example.test': { TXT: [`v=spf1 ${Array.from({ length: count }, () => 'a:www.test').join(' ')} ip4:192.0.2.3 -all`] },
      'www.test': { A: ['192.0.2.9'] },
    })
    expect(await evaluate(zone(10))).toMatchObject({ result: 'pass', lookups: 10 })
    expect(await evaluate(zone(11))).toMatchObject({ result: 'permerror' })
  })

  it('ends at the third name without an answer, and at an eleventh MX', async () => {
    expect((await evaluate(record('v=spf1 a:x.test a:y.test ip4:192.0.2.3 -all'))).result).toBe('pass')
    expect((await evaluate(record('v=spf1 a:x.test a:y.test a:z.test ip4:192.0.2.3 -all'))).result).toBe('permerror')
    const MX = Array.from({ length: 11 }, (_, index) => ({ preference: index, exchange: `mx${index}.test` }))
    expect((await evaluate(record('v=spf1 mx -all', { 'example.test': { TXT: ['v=spf1 mx -all'], MX } }))).result).toBe(
      'permerror',
    )
  })

  it('comes out of a record that includes itself', async () => {
    expect((await evaluate(record('v=spf1 include:example.test -all'))).result).toBe('permerror')
    expect((await evaluate(record('v=spf1 redirect=example.test'))).result).toBe('permerror')
  })

  it('asks a bounded number of questions, whatever the records say', async () => {
    const name = fc.constantFrom('example.test', 'a.test', 'b.test', '%{i}.a.test', '%{s}.test', '%%.test')
    const term = fc.oneof(
      name.map((to) => `include:${to}`),
      name.map((to) => `redirect=${to}`),
      name.map((to) => `mx:${to}`),
      name.map((to) => `a:${to}/8`),
      name.map((to) => `exists:${to}`),
      fc.constantFrom('ptr', 'mx', 'a', '?all', 'ip4:10.0.0.0/8', 'ip6:::/0', 'x=y'),
      fc.string({ maxLength: 12 }),
    )
    const text = fc.array(term, { maxLength: 15 }).map((terms) => `v=spf1 ${terms.join(' ')}`)
    const MX = Array.from({ length: 10 }, (_, index) => ({ preference: index, exchange: `m${index}.test` }))
    await fc.assert(
      fc.asyncProperty(text, text, text, async (one, two, three) => {
        const resolver = mockResolver({
          'example.test': { TXT: [one], MX },
          'a.test': { TXT: [two], MX },
          'b.test': { TXT: [three], MX },
        })
        const { lookups } = await evaluate({}, { resolver })
        expect(lookups).toBeLessThanOrEqual(11)
        expect(resolver.asked.length).toBeLessThanOrEqual(1 + 10 * 12)
        const survey = await surveySpf(resolver, 'example.test')
        if (survey.kind === 'record') expect(survey.lookups).toBeLessThanOrEqual(60)
      }),
      { numRuns: 200 },
    )
  })
})

describe('parseSpf', () => {
  it('never throws, and says why', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (text) => {
        const parsed = parseSpf(`v=spf1 ${text}`)
        if (parsed.kind === 'broken') expect(parsed.why).not.toBe('')
      }),
    )
  })
})

describe('expandDomain', () => {
  // The examples of RFC 7208 7.4.
  const values = { sender: 'strong-bad@email.example.com', domain: 'email.example.com', address: '192.0.2.3', helo: 'mx.test' }
  it.each([
    ['%{s}', 'strong-bad@email.example.com'],
    ['%{o}', 'email.example.com'],
    ['%{d4}', 'email.example.com'],
    ['%{d2}', 'example.com'],
    ['%{d1}', 'com'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{l}', 'strong-bad'],
    ['%{l-}', 'strong.bad'],
    ['%{lr}', 'strong-bad'],
    ['%{lr-}', 'bad.strong'],
    ['%{l1r-}', 'strong'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com'],
    ['%{lr-}.lp._spf.%{d2}', 'bad.strong.lp._spf.example.com'],
    ['%{lr-}.lp.%{ir}.%{v}._spf.%{d2}', 'bad.strong.lp.3.2.0.192.in-addr._spf.example.com'],
    ['%{d2}.trusted-domains.example.net', 'example.com.trusted-domains.example.net'],
  ])('%s is %s', (text, expected) => {
    expect(expandDomain(text, values)).toBe(expected)
  })

  it('writes an IPv6 address as nibbles', () => {
    expect(expandDomain('%{ir}.%{v}._spf.%{d2}', { ...values, address: '2001:db8::cb01' })).toBe(
      '1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com',
    )
  })

  it('cuts what is longer than a name from the left', () => {
    const long = Array.from({ length: 60 }, (_, index) => `label${index}`).join('.')
    const name = expandDomain('%{d}.end.test', { ...values, domain: long })
    expect(name.length).toBeLessThanOrEqual(253)
    expect(name.endsWith('.end.test')).toBe(true)
  })
})

describe('surveySpf', () => {
  it('counts what all of it costs, and finds who lets everybody in', async () => {
    const zone = record('v=spf1 mx include:a.test include:b.test -all', {
      'a.test': { TXT: ['v=spf1 a include:c.test ?all'] },
      'b.test': { TXT: ['v=spf1 +all'] },
      'c.test': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
    })
    expect(await surveySpf(mockResolver(zone), 'example.test')).toMatchObject({
      kind: 'record',
      lookups: 5,
      domains: ['a.test', 'c.test', 'b.test'],
      everyone: 'b.test',
      faults: [],
    })
  })

  it('names what is broken below, and what gave no answer', async () => {
    const zone = record('v=spf1 include:gone.test include:loop.test include:late.test ptr -all', {
      'loop.test': { TXT: ['v=spf1 include:example.test -all'] },
      'late.test': 'timeout',
    })
    expect(await surveySpf(mockResolver(zone), 'example.test')).toMatchObject({
      faults: [
        { domain: 'example.test', why: 'gone.test has no SPF record' },
        { domain: 'loop.test', why: 'it leads back to example.test' },
      ],
      unanswered: ['late.test'],
      ptr: true,
    })
  })
})
