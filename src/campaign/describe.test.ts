import { expect, it } from 'vitest'
import { describePart, describeSubject } from './describe.ts'

const subjects = { a: 'Spring', b: '{{ name }}, spring', share: 0.2, of: 'spring' }

it('both subjects are named while they are on trial, and afterwards the one that is sent', () => {
  expect(describeSubject({ subject: 'Spring' })).toBe('Spring')
  expect(describeSubject({ subject: 'Spring', subjects })).toBe('A: Spring | B: {{ name }}, spring')
  expect(describeSubject({ subject: '{{ name }}, spring', subjects: { ...subjects, winner: 'b' } })).toBe('{{ name }}, spring')
})

it.each([
  [{}, undefined],
  [{ segment: 'age >= 18' }, 'those for whom age >= 18 holds'],
  [{ split: { share: 0.1, of: 'x', rest: false } }, '10% by lot'],
  [{ split: { share: 0.125, of: 'x', rest: true } }, 'all but 12.5% by lot'],
  [{ subjects }, '20% by lot, on whom two subjects are tried'],
  [{ subjects: { ...subjects, winner: 'a' as const } }, 'those who took no part in the trial of two subjects'],
  [{ segment: 'vip', subjects }, 'those for whom vip holds, of them 20% by lot, on whom two subjects are tried'],
])('a part of the list is told: %j', (audience, words) => {
  expect(describePart(audience)).toBe(words)
})
