import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mockResolver } from '../dns/index.ts'
import { findOrganisation, isAligned, lookupDmarc, parseDmarc } from './index.ts'

describe('parseDmarc', () => {
  it.each([
    ['v=DMARC1; p=none', { policy: 'none', subdomains: 'none', spf: 'relaxed', dkim: 'relaxed', percent: 100 }],
    [
      'v=DMARC1;p=Reject;sp=quarantine;adkim=s;aspf=S;pct=20;rua=mailto:a@b.test,mailto:c@d.test!10m',
      {
        policy: 'reject',
        subdomains: 'quarantine',
        spf: 'strict',
        dkim: 'strict',
        percent: 20,
        reports: ['mailto:a@b.test', 'mailto:c@d.test!10m'],
      },
    ],
    ['v = DMARC1 ; p = none ;', { policy: 'none' }],
    ['v=DMARC1; rua=mailto:a@b.test', { policy: 'none', assumed: true }],
    ['v=DMARC1; p=nonsense; rua=mailto:a@b.test', { policy: 'none', assumed: true }],
    ['v=DMARC1; p=none; pct=400; adkim=x; junk', { percent: 100, odd: ['junk', 'pct=', 'adkim='] }],
    ['v=DMARC1; p=none; p=reject', { policy: 'none', odd: ['p= twice'] }],
  ] as const)('reads %s', (text, expected) => {
    expect(parseDmarc(text)).toMatchObject({ kind: 'policy', ...expected })
  })

  it.each([
    ['v=DMARC1', 'it has no p='],
    ['v=DMARC1; p=blok', 'p= is none of none, quarantine and reject'],
    ['v=DMARC1; sp=reject; rua=nowhere', 'it has no p='],
    ['p=none; v=DMARC1', 'it does not begin with v=DMARC1'],
    [`v=DMARC1; p=none; x=${'y'.repeat(5000)}`, 'it is too long'],
  ])('refuses %s', (text, why) => {
    expect(parseDmarc(text)).toMatchObject({ kind: 'malformed', why })
  })

  it('never throws, and keeps what it shows short', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (text) => {
        const record = parseDmarc(`v=DMARC1;${text}`)
        if (record.kind === 'malformed') expect(record.text.length).toBeLessThanOrEqual(200)
        else expect(record.odd.every((one) => one.length <= 50) && record.percent <= 100).toBe(true)
      }),
    )
  })
})

describe('findOrganisation', () => {
  it.each([
    ['news.shop.example.co.uk', 'example.co.uk'],
    ['example.com', 'example.com'],
    ['co.uk', 'co.uk'],
    ['a.b.c.shop.test', 'shop.test'],
    ['mail.someone.github.io', 'someone.github.io'],
    ['test', 'test'],
  ])('%s belongs to %s', (domain, organisation) => {
    expect(findOrganisation(domain)).toBe(organisation)
  })

  it('is where relaxed alignment meets, and strict asks for the very name', () => {
    expect(isAligned('news.example.com', 'bounce.example.com', 'relaxed')).toBe(true)
    expect(isAligned('news.example.com', 'bounce.example.com', 'strict')).toBe(false)
    expect(isAligned('one.co.uk', 'two.co.uk', 'relaxed')).toBe(false)
  })
})

describe('lookupDmarc', () => {
  const above = { '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject; sp=none', 'other'] } }

  it('asks the domain, then the organisation', async () => {
    const resolver = mockResolver(above)
    expect(await lookupDmarc(resolver, 'news.example.com')).toMatchObject({ kind: 'found', at: 'example.com', applies: 'none' })
    expect(resolver.asked).toEqual(['TXT _dmarc.news.example.com', 'TXT _dmarc.example.com'])
    expect(await lookupDmarc(resolver, 'example.com')).toMatchObject({ applies: 'reject' })
  })

  it('tells several, none and no answer apart', async () => {
    const TXT = ['v=DMARC1; p=none', 'v=DMARC1; p=reject']
    expect(await lookupDmarc(mockResolver({ '_dmarc.a.com': { TXT } }), 'a.com')).toEqual({
      kind: 'several',
      at: 'a.com',
      count: 2,
    })
    expect(await lookupDmarc(mockResolver({}), 'a.com')).toEqual({ kind: 'none' })
    expect(await lookupDmarc(mockResolver({ '_dmarc.a.com': 'servfail' }), 'a.com')).toMatchObject({ kind: 'temporary' })
  })
})
