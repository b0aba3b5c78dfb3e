import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DnsAnswer, Resolver } from './answer.ts'
import { lookupSpfIncludes, parseIncludes } from './spf.ts'

it.each([
  ['v=spf1 include:amazonses.com ~all', ['amazonses.com']],
  ['v=spf1 ip4:192.0.2.1 include:_spf.Google.com. ?include:spf.mtasv.net -all', ['_spf.google.com', 'spf.mtasv.net']],
  ['v=spf1 redirect=_spf.example.org', ['_spf.example.org']],
  ['v=spf1 include:a.test include:A.test', ['a.test']],
  ['v=spf1 include:%{i}._spf.example.org include:%{d}', []],
  ['v=spf1 include: include:. include:localhost include:a..b include:a.test/24 a:mx.test exists:b.test', []],
  ['v=spf1', []],
])('%s includes %j', (record, names) => {
  expect(parseIncludes(record)).toEqual(names)
})

it('keeps so many names as a receiver may look up', () => {
  const record = `v=spf1 ${Array.from({ length: 300 }, (_, index) => `include:s${index}.test`).join(' ')}`
  expect(parseIncludes(record)).toHaveLength(10)
})

it('throws for no record, and takes nothing for a name that is none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 6_000 }), (text) => {
      for (const name of parseIncludes(`v=spf1 ${text}`)) expect(name).toMatch(/^[a-z0-9_.-]+$/)
    }),
  )
})

const records = (...texts: string[]): DnsAnswer<string> => ({
  kind: 'records',
  records: texts,
  authenticated: false,
  ttl: 60,
  canonical: 'example.test',
})

it.each([
  [
    'one record among others',
    records('google-site-verification=x', 'v=spf1 include:a.test -all', 'v=spf10 include:b.test'),
    ['a.test'],
  ],
  ['two records, which is an error', records('v=spf1 include:a.test', 'v=spf1 include:b.test'), []],
  ['no record', { kind: 'nodata', authenticated: false }, []],
  ['no answer', { kind: 'failure', cause: 'timeout', detail: 'x' }, []],
] as const)('%s', async (_, answer, names) => {
  const asked: string[] = []
  const resolver: Resolver = {
    query: async (name, type) => {
      asked.push(`${type} ${name}`)
      return answer as never
    },
  }
  expect(await lookupSpfIncludes(resolver, 'example.test')).toEqual(names)
  expect(asked).toEqual(['TXT example.test'])
})
