import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csv, html, json, visible } from './escape.ts'

it('shows control characters instead of obeying them (case 77)', () => {
  expect(visible('\u001b[2Jhi\r\n\0\u009b')).toBe('\\x1b[2Jhi\\r\\n\\x00\\x9b')
  expect(visible('a\u202eb')).toBe('a\\u{202e}b')
  // The Arabic letter mark, and the controls of shapes and digits.
  expect(visible('a\u061cb\u206ac\u206f')).toBe('a\\u{61c}b\\u{206a}c\\u{206f}')
  expect(json('\u061c\u206a')).toBe('"\\u061c\\u206a"')
  expect(visible('a\\x1b')).toBe('a\\\\x1b')
  expect(visible('x'.repeat(600))).toBe(`${'x'.repeat(500)}… (100 more)`)
})

it('leaves nothing that could steer a terminal or a page', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // oxlint-disable-next-line no-control-regex -- exactly those must be gone
      expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      expect(html(text)).not.toMatch(/[<>"']/)
    }),
  )
})

it('writes JSON that means the same and steers no terminal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const printed = json({ value, text })
      // oxlint-disable-next-line no-control-regex -- exactly those must be gone
      expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
      expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify({ value, text })))
    }),
  )
})

it.each(['=1+1', '+1', '-1', '@x', '=cmd|x', '\uff1d1+1', '\uff0b1', '\uff0d1', '\uff20x'])(
  'keeps a spreadsheet from taking %s for a formula',
  (text) => {
    expect(csv(text)).toBe(`"'${text}"`)
    expect(csv('a "b"')).toBe('"a ""b"""')
  },
)
