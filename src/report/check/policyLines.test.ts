import { expect, it } from 'vitest'
import { exampleHost, exampleResult } from '../../../test/support/examined.ts'
import { listPolicies } from './policyLines.ts'
import { labelOf, meaningOf } from './verdict.ts'

const { dane } = exampleHost()
if (!dane) throw new Error('the example has DANE')
const without = {
  ...dane,
  kind: 'none',
  words: 'the host has no TLSA record: no DANE',
  match: undefined,
  matchWords: undefined,
} as const

it('tells the same of several hosts once, with their names where not all are alike', () => {
  const hosts = [exampleHost(), exampleHost({ address: '192.0.2.2' }), exampleHost({ mx: 'b.test', dane: without })]
  expect(listPolicies(exampleResult({ hosts })).filter(([head]) => head === 'DANE')).toEqual([
    ['DANE', 'mx.example.org has TLSA records 3 1 1; TLSA 3 1 1 matches'],
    ['DANE', 'b.test: the host has no TLSA record'],
  ])
  const alike = [exampleHost({ dane: without }), exampleHost({ mx: 'b.test', dane: without })]
  expect(listPolicies(exampleResult({ hosts: alike }))[0]).toEqual(['DANE', 'the host has no TLSA record'])
})

it('leaves out what was not asked', () => {
  const {
    mtaSts: _,
    tlsRpt: __,
    ...rest
  } = exampleResult({
    hosts: [exampleHost({ dane: { ...without, kind: 'not-asked' } })],
  })
  expect(listPolicies(rest)).toEqual([])
})

it.each([
  ['unauthenticated', 'dane-mismatch', 'is held, whatever its level'],
  ['broken', 'mx-not-listed', 'no mail may go to it'],
  ['temporary', 'dane-failed', 'Mail waits'],
] as const)('says of %s by %s what a campaign meets', (verdict, cause, meaning) => {
  expect(meaningOf({ verdict, cause, grade: 'B' })).toContain(meaning)
  expect(labelOf({ verdict, cause, grade: 'B' })).not.toBe(labelOf({ verdict, cause: 'other', grade: 'B' }))
})

it('never says that mail is sent where the domain itself forbids it', () => {
  const { demand } = exampleHost()
  const judged = { verdict: 'unauthenticated', cause: 'self-signed', grade: 'C' } as const
  expect(meaningOf({ ...judged, hosts: [{ demand: demand && { ...demand, met: false } }] })).toContain(
    'is held, whatever its level',
  )
  expect(meaningOf({ ...judged, hosts: [{ demand }] })).not.toContain('whatever its level')
})
