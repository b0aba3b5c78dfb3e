import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Json, canonicalize } from './index.ts'

it('sorts keys by UTF-16 code units and writes no white space (RFC 8785 3.2.3)', () => {
  // The order of the RFC's own example: \r, 1, U+0080, ö, €, 😀, U+FB33.
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
  const object = Object.fromEntries(keys.map((key) => [key, 1]))
  expect(Object.keys(JSON.parse(canonicalize(object)) as object).filter((key) => key !== '1')).toEqual([
    '\r',
    '\u0080',
    '\u00f6',
    '\u20ac',
    '\ud83d\ude00',
    '\ufb33',
  ])
  expect(canonicalize({ b: [1, 2.5, 1e21, null], a: { d: true, c: 'x\n' } })).toBe(
    '{"a":{"c":"x\\n","d":true},"b":[1,2.5,1e+21,null]}',
  )
})

it('refuses what JSON cannot say', () => {
  expect(() => canonicalize(Number.NaN)).toThrow(RangeError)
})

it('means the same, and is the same for the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalize(value as Json)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalize(JSON.parse(text) as Json)).toBe(text)
    }),
  )
})
