import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson } from './json.ts'
import { decodeBase64, encodeBase64, encodeText, printHex } from './text.ts'

it('reads what JSON.stringify writes, with white space between its tokens or without', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as unknown
      const wellFormed =
        JSON.stringify(value) === JSON.stringify(value).toWellFormed() && !/\\ud[89a-f]/.test(JSON.stringify(value))
      fc.pre(wellFormed)
      expect(parseJson(JSON.stringify(value))).toEqual(plain)
      expect(parseJson(`\t${JSON.stringify(value, null, 3)}\r\n`)).toEqual(plain)
    }),
  )
})

it.each([
  ['', 'nothing'],
  ['{"a":1,"a":2}', 'a member twice'],
  ['9007199254740993', 'a number that is rounded'],
  ['1.0', 'a number in another form'],
  ['-0', 'a zero with a sign'],
  ['1e400', 'a number without end'],
  ['"\\ud800"', 'half of a surrogate pair'],
  ['{"\\ud800":1}', 'half of one in a name'],
  ['"\\u0061"', 'a letter in another form'],
  ['"a\\/b"', 'an escape that is not needed'],
  ['"\u007f\\u007f"', 'the same letter in two forms'],
  ['{"2":0,"1":0}', 'numbers as names, which objects sort'],
  [`${'['.repeat(33)}${']'.repeat(33)}`, 'too deep'],
  [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'far too deep'],
])('does not read %j: %s', (text) => {
  expect(parseJson(text)).toBeUndefined()
})

it('keeps white space in strings, and quotes that are escaped', () => {
  expect(parseJson(' [ "a b" , "\\" , \\"", "\\\\" ] ')).toEqual(['a b', '" , "', '\\'])
})

it('codes base64 and hex as Buffer does, and decodes the one form alone', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (octets) => {
      const buffer = Buffer.from(octets)
      expect(printHex(octets)).toBe(buffer.toString('hex'))
      for (const alphabet of ['base64', 'base64url'] as const) {
        expect(encodeBase64(octets, alphabet)).toBe(buffer.toString(alphabet))
        expect(decodeBase64(buffer.toString(alphabet), alphabet)).toEqual(octets)
      }
    }),
  )
  for (const text of ['A', 'AB==', 'AA', 'AAA=\n', ' AAAA', 'AA=A', 'A-_A', '\u20ac']) expect(decodeBase64(text)).toBeUndefined()
  for (const text of ['A', 'AB', 'AAA=', 'A+/A']) expect(decodeBase64(text, 'base64url')).toBeUndefined()
  expect(encodeText('ä')).toEqual(Uint8Array.of(0xc3, 0xa4))
})
