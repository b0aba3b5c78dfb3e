import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOneEdit } from './editDistance.ts'
import { suggestDomain } from './typo.ts'

test.each([
  ['gmial.com', 'gmail.com'],
  ['gmai.com', 'gmail.com'],
  ['gnail.com', 'gmail.com'],
  ['gmail.con', 'gmail.com'],
  ['gmial.con', 'gmail.com'],
  ['hotmial.com', 'hotmail.com'],
  ['hotmal.com', 'hotmail.com'],
  ['yaho.co', 'yahoo.com'],
  ['example.co', undefined],
  ['yahoo.co', 'yahoo.com'],
  ['yaho.com', 'yahoo.com'],
  ['outlok.com', 'outlook.com'],
  ['example.con', 'example.com'],
  ['gmail.com', undefined],
  ['mail.com', undefined],
  ['gmx.com', undefined],
  ['gmx.at', undefined],
  ['example.org', undefined],
])('%s: %s', (domain, suggestion) => {
  expect(suggestDomain(domain)).toBe(suggestion)
})

test('one edit is a distance of one', () => {
  const text = fc.stringMatching(/^[abc]{0,6}$/)
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(isOneEdit(a, b)).toBe(distance(a, b) === 1)
    }),
    { numRuns: 2000 },
  )
})

/** Optimal string alignment, as it is defined. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1)
      const row = rows[i]
      if (row) row[j] = best
    }
  }
  return at(a.length, b.length)
}
