import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { SealpostError } from '../../errors.ts'
import { checkColumns, chooseSubject, evaluate, isInSplit, parseSegment } from './index.ts'
import { drawPlace } from './split.ts'

const row = {
  country: 'DE',
  age: '36',
  vip: 'yes',
  note: 'Likes tea, “Earl Grey”',
  since: '2024-05-01',
  spent: '12,50',
  blank: '',
  constructor: 'x',
  _2024: 'a',
}

const holds = (source: string): boolean => evaluate(parseSegment(source).expression, row)

test.each([
  'country = "DE"',
  'country = "de"',
  "country == 'DE'",
  'country = "DE" and (age >= 18 or vip)',
  'country = "FR" or age > 35',
  'not country = "FR" and vip',
  'country != "FR"',
  'age < 36.5',
  'age <= 36 and age >= 36 and age = 36',
  'spent > 12 and spent < 12.6',
  'country in ["AT", "DE"]',
  'country not in ["AT", "CH"]',
  'age in [36, 37]',
  'note contains "earl grey"',
  'note not contains "coffee"',
  'blank is empty and country is not empty',
  'blank IS Empty',
  'since < 2024-06-01 and since >= 2024-05-01 and since = 2024-05-01',
  'not blank < 5',
  'blank != 5',
  '`constructor` = "x"',
  'not not vip',
  '_2024 = "a"',
])('holds: %s', (source) => {
  expect(holds(source)).toBe(true)
})

test.each([
  'country = "D"',
  'age < 36',
  'note < 5',
  'note > 5',
  'country > 2024-01-01',
  'blank < 5',
  'blank',
  'not vip',
  'toString is not empty',
  '__proto__ is not empty',
  'country = "FR" and vip or age < 18',
  'spent = 1250',
])('does not hold: %s', (source) => {
  expect(holds(source)).toBe(false)
})

test.each([
  ['', 'at the end', 'The condition is empty'],
  ['country', undefined, ''],
  ['country =', 'at the end', 'A text in quotes, a number or a date (2025-04-03) should stand here'],
  [
    'country = DE',
    'character 11, at DE',
    'A text in quotes, a number or a date (2025-04-03) should stand here: write "DE", if it is a text',
  ],
  ['country = "DE', 'character 11, at "DE', 'A quote opens here and is never closed'],
  ['(vip', 'at the end', 'A bracket is not closed: ) is missing here'],
  ['vip)', 'character 4, at )', 'The condition should end here, or go on with and or or'],
  ['vip age', 'character 5, at age', 'The condition should end here, or go on with and or or'],
  ['age > "x"', 'character 7, at "x"', '> compares numbers and dates, which are written without quotes'],
  ['country in "DE"', 'character 12, at "DE"', 'After in comes a list, such as ["DE", "AT"]'],
  ['country in ["DE"', 'at the end', 'The list is not closed: ] or , is missing here'],
  ['age = 2024-02-30', 'character 7, at 2024-02-30', 'There is no day 2024-02-30'],
  ['in = 5', 'character 1, at in = 5', 'The name of a column should stand here; a column named in is written `in`'],
  ['country is "DE"', 'character 12, at "DE"', 'After is comes empty, or not empty; to compare, write ='],
  ['age + 1 > 5', 'character 5, at + 1 > 5', '"+" means nothing here'],
  ['vip; drop', 'character 4, at ; drop', '";" means nothing here'],
  ['\u202evip', 'character 1, at \\u{202e}vip', '"\\u{202e}" means nothing here'],
  ['note contains ""', 'character 15, at ""', 'After contains comes a text in quotes that is not empty'],
])('%j points at %s', (source, where, what) => {
  const error: unknown = attempt(source)
  if (where === undefined) expect(error).toBeUndefined()
  else expect(error).toMatchObject({ code: 'SP_SEGMENT_INVALID', where, what })
})

function attempt(source: string): unknown {
  try {
    parseSegment(source)
    return undefined
  } catch (error) {
    return error
  }
}

describe('an attacker with a condition', () => {
  it('cannot go deep, long, or anywhere but to the cells', () => {
    for (const source of ['('.repeat(60), `${'not '.repeat(60)}vip`, 'x'.repeat(5000), `vip${' and vip'.repeat(1000)}`])
      expect(attempt(source)).toBeInstanceOf(SealpostError)
    const wide = `country in [${Array.from({ length: 300 }, () => '"x"').join(',')}]`
    expect(holds(wide)).toBe(false)
  })

  it('gets a condition or an error of ours, whatever is written', () => {
    const piece = fc.constantFrom(
      'vip',
      ' ',
      'and',
      'or',
      'not',
      '(',
      ')',
      '"',
      "'",
      '\\',
      '=',
      '<',
      '5',
      '2024-01-01',
      '[',
      ',',
      '`',
      'é',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join(' ')),
        ),
        (source) => {
          const error = attempt(source)
          if (error === undefined) expect([true, false]).toContain(holds(source))
          else expect(error).toBeInstanceOf(SealpostError)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

test('a column that is not there is refused with the one that was meant', () => {
  const check = (source: string) => () => {
    checkColumns(parseSegment(source), ['Country', 'age'])
  }
  expect(check('Country = "DE" and age > 1 and domain = "x.org" and email is not empty')).not.toThrow()
  expect(check('age > 1 and country = "DE"')).toThrow('character 13: The list has no column "country". Is Country meant?')
  expect(check('town = "x"')).toThrow('Its columns are Country, age.')
})

describe('draws', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `reader${index}@x.org`)

  it('take the share that was asked for, and the rest is the rest', () => {
    const part = keys.filter((key) => isInSplit({ share: 0.1, of: 'A', rest: false }, key))
    const rest = keys.filter((key) => isInSplit({ share: 0.1, of: 'A', rest: true }, key))
    expect(part.length + rest.length).toBe(keys.length)
    // Six standard deviations: sqrt(20000 × 0.1 × 0.9) = 42.
    expect(Math.abs(part.length - 2000)).toBeLessThan(255)
    expect(part.every((key) => isInSplit({ share: 0.2, of: 'A', rest: false }, key))).toBe(true)
    const both = part.filter((key) => isInSplit({ share: 0.1, of: 'B', rest: false }, key))
    expect(Math.abs(both.length - part.length / 10)).toBeLessThan(90)
  })

  it('stay as they are from version to version', () => {
    expect(drawPlace('A', 'ada@example.org')).toBe(0.019144549210192707)
  })

  it('of a test give each its subject, and with a winner the others that one', () => {
    const test = { share: 0.3, of: 'spring', winner: undefined }
    const first = keys.map((key) => chooseSubject(test, key))
    const then = keys.map((key) => chooseSubject({ ...test, winner: 'b' }, key))
    for (const [index, subject] of first.entries()) expect(then[index]).toBe(subject === undefined ? 'b' : undefined)
    const count = (wanted: string): number => first.filter((subject) => subject === wanted).length
    expect(Math.abs(count('a') - 3000)).toBeLessThan(310)
    expect(Math.abs(count('b') - 3000)).toBeLessThan(310)
  })
})
