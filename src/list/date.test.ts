import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDate } from './index.ts'

const day = Date.UTC(2025, 3, 3)

test.each([
  ['2025-04-03', undefined, day],
  ['2025-04-03T10:20:30Z', undefined, day + 37_230_000],
  ['2025-04-03 10:20', undefined, day + 37_200_000],
  ['2025-04-03T10:20:30.123+02:00', undefined, day + 30_030_000],
  ['3.4.2025', undefined, day],
  ['03.04.2025 10:20', undefined, day + 37_200_000],
  ['03/04/2025', 'dmy', day],
  ['04/03/2025', 'mdy', day],
  ['03/04/2025', undefined, 'ambiguous'],
  ['04/13/2025', undefined, Date.UTC(2025, 3, 13)],
  ['13/04/2025', undefined, Date.UTC(2025, 3, 13)],
  ['04/04/2025', undefined, Date.UTC(2025, 3, 4)],
  ['13/04/2025', 'mdy', undefined],
  ['1743638400', undefined, day],
  ['1743638400000', undefined, day],
  ['31.04.2025', undefined, undefined],
  ['2025-02-29', undefined, undefined],
  ['2025-04-03 25:00', undefined, undefined],
  ['yesterday', undefined, undefined],
  ['', undefined, undefined],
  ['45000', undefined, undefined],
] as const)('%s (%s): %s', (text, order, expected) => {
  expect(parseDate(text, order)).toBe(expected)
})

test('every day reads back, in each form', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1950-01-01'), max: new Date('2150-01-01'), noInvalidDate: true }), (date) => {
      const at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
      const iso = date.toISOString().slice(0, 10)
      const [year, month, dayOfMonth] = iso.split('-')
      expect(parseDate(iso)).toBe(at)
      expect(parseDate(`${dayOfMonth}.${month}.${year}`)).toBe(at)
      expect(parseDate(`${month}/${dayOfMonth}/${year}`, 'mdy')).toBe(at)
      expect(parseDate(date.toISOString())).toBe(Math.floor(date.getTime() / 1000) * 1000)
    }),
  )
})
