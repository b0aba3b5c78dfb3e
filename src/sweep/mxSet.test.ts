import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type MxSet, keyOf, mxSetOf } from './mxSet.ts'

const route = (...hosts: readonly [number, string][]) =>
  mxSetOf({
    kind: 'hosts',
    hosts: hosts.map(([preference, exchange]) => ({ preference, exchange })),
    implicit: false,
    nullAmongOthers: false,
    authenticated: false,
    canonical: 'a.test',
  })

it('is the same whatever the numbers, the order of the answer and the order of equals', () => {
  const key = keyOf(route([10, 'a.test'], [20, 'b.test'], [20, 'c.test']))
  expect(keyOf(route([5, 'c.test'], [1, 'a.test'], [5, 'b.test'], [5, 'b.test']))).toBe(key)
  expect(keyOf(route([10, 'b.test'], [20, 'a.test'], [20, 'c.test']))).not.toBe(key)
  expect(keyOf(route([10, 'a.test'], [10, 'b.test'], [10, 'c.test']))).not.toBe(key)
})

it('is another where the host is the domain itself, a null MX stands beside, or the records are signed', () => {
  const set = route([0, 'a.test'])
  expect(
    new Set([set, { ...set, implicit: true }, { ...set, nullAmongOthers: true }, { ...set, secure: true }].map(keyOf)).size,
  ).toBe(4)
})

it('has a key of its own for every set, whatever the names hold', () => {
  const name = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('a","b', 'a],[b', 'a b', 'a, b'))
  const set: fc.Arbitrary<MxSet> = fc.record({
    ranks: fc.array(fc.array(name, { maxLength: 3 }), { maxLength: 3 }),
    implicit: fc.boolean(),
    nullAmongOthers: fc.boolean(),
    secure: fc.boolean(),
  })
  fc.assert(
    fc.property(set, set, (one, other) => {
      const same = JSON.stringify(one.ranks) === JSON.stringify(other.ranks)
      expect(keyOf(one) === keyOf(other)).toBe(
        same && one.implicit === other.implicit && one.nullAmongOthers === other.nullAmongOthers && one.secure === other.secure,
      )
    }),
  )
})
