import { describe, expect, it } from 'vitest'
import type { Row } from '../list/index.ts'
import { parseAddress } from '../smtp/index.ts'
import { ListSurvey, isReserved } from './list.ts'

function rowOf(text: string, columns: Record<string, string>, line = 2): Row {
  const address = parseAddress(text)
  return address.kind === 'invalid'
    ? { kind: 'invalid', line, column: undefined, text, why: address.why, next: '' }
    : { kind: 'recipient', line, address, columns }
}

function survey(rows: readonly Row[], columns: readonly string[], random = () => 0.5) {
  const made = new ListSurvey({ columns }, random)
  for (const row of rows) made.add(row)
  return made
}

describe('ListSurvey', () => {
  it('counts by receiver, and finds functions and consent', () => {
    const consent = (value: string) => ({ email: 'x', 'opt-in date': value })
    const facts = survey(
      [
        rowOf('a@gmail.com', consent('2024-01-01')),
        rowOf('b@googlemail.com', consent('')),
        rowOf('c@hotmail.com', consent('x')),
        rowOf('d@aol.com', consent('x')),
        rowOf('Postmaster@shop.test', consent('x')),
        rowOf('nonsense', {}),
      ],
      ['email', 'opt-in date'],
    ).facts(7)
    expect(facts).toEqual({
      recipients: 5,
      duplicates: 0,
      invalid: 1,
      receivers: { gmail: 2, yahoo: 1, outlook: 1 },
      public: 4,
      roles: 1,
      roleExamples: ['Postmaster@shop.test'],
      consent: { column: 'opt-in date', filled: 4 },
      writtenAt: 7,
    })
  })

  it('is asked for its facts as often as one likes', () => {
    const made = survey([rowOf('a@gmail.com', {})], [])
    made.facts(0)
    expect(made.facts(0).receivers.gmail).toBe(1)
  })

  it('keeps the first row, the first in which each column is empty, and a few others', () => {
    const rows = Array.from({ length: 1000 }, (_, index) =>
      rowOf(`p${index}@a.com`, { name: index === 500 ? '' : 'x', city: index === 900 ? '' : 'y' }, index + 2),
    )
    const lines = survey(rows, ['name', 'city']).samples.map(({ line }) => line)
    expect(lines.slice(0, 3)).toEqual([2, 502, 902])
    expect(lines.length).toBe(6)
  })

  it('keeps a bounded number, however many columns there are', () => {
    const columns = Array.from({ length: 200 }, (_, index) => `c${index}`)
    const full = Object.fromEntries(columns.map((name) => [name, 'x']))
    const rows = columns.map((name, index) => rowOf(`p${index}@a.com`, { ...full, [name]: '' }))
    expect(survey(rows, columns).samples.length).toBe(12)
  })

  it('draws from the whole list', () => {
    const rows = Array.from({ length: 100 }, (_, index) => rowOf(`p${index}@a.com`, {}, index))
    let turn = 0
    expect(survey(rows, [], () => (turn++ % 7) / 700).samples.some(({ line }) => line > 50)).toBe(true)
  })
})

it('isReserved knows the names that are nobody else', () => {
  expect(['shop.test', 'a.example', 'localhost', 'x.invalid'].every(isReserved)).toBe(true)
  expect(['test.com', 'latest', 'shop.testing', 'example.com'].some(isReserved)).toBe(false)
})
