import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findDate } from './greetingDate.ts'

it.each([
  ['220 mx ESMTP Sendmail 8.18.1; Tue, 24 Nov 2026 09:31:00 +0100', '2026-11-24T08:31:00.000Z'],
  ['220 mx ESMTP; Tue, 3 Nov 2026 09:31:00 -0530 (IST)', '2026-11-03T15:01:00.000Z'],
  ['220 24 Nov 2026 09:31:00 GMT', '2026-11-24T09:31:00.000Z'],
])('finds the date in %j', (text, date) => {
  expect(new Date(findDate(text) ?? 0).toISOString()).toBe(date)
})

it.each([
  '220 mx.example.test ESMTP Postfix',
  '220 Tue, 31 Feb 2026 09:31:00 +0000',
  '220 Tue, 24 Nov 2026 25:31:00 +0000',
  '220 Tue, 24 Now 2026 09:31:00 +0000',
  '220 Tue, 24 Nov 2026 09:31:00 +9900',
  '220 Tue, 24 Nov 2026 09:31:00',
  '220 Tue, 00 Nov 2026 09:31:00 +0000',
])('finds none in %j', (text) => {
  expect(findDate(text)).toBeUndefined()
})

it('finds each date that is written as RFC 5322 has it, in whatever stands around', () => {
  const dates = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-30'), noInvalidDate: true })
  fc.assert(
    fc.property(dates, fc.stringMatching(/^[a-z; ]*$/), (date, around) => {
      const text = `${around} ${date.toUTCString().replace('GMT', '+0000')} ${around}`
      expect(findDate(text)).toBe(Math.floor(date.getTime() / 1000) * 1000)
    }),
  )
})

it('throws for no text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof (findDate(text) ?? 0) === 'number'))
})
