import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stuffDots } from './index.ts'

/** What a receiver makes of it (RFC 5321 4.5.2). */
function unstuff(sent: string): string {
  expect(sent.endsWith('\r\n.\r\n') || sent === '.\r\n').toBe(true)
  return sent.slice(0, -3).replaceAll(/(^|\r\n)\./g, '$1')
}

it.each([
  ['a\r\n', 'a\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['', '.\r\n'],
  ['.a\r\n', '..a\r\n.\r\n'],
  ['a\r\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['..\r\n..\r\n', '...\r\n...\r\n.\r\n'],
])('stuffs %j', (message, sent) => {
  expect(stuffDots(Buffer.from(message)).toString()).toBe(sent)
})

it('arrives as it was sent, and never ends early', () => {
  const line = fc.string({ unit: fc.constantFrom('.', 'a', ' ') })
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const message = lines.map((text) => `${text}\r\n`).join('')
      const sent = stuffDots(Buffer.from(message)).toString()
      expect(sent.slice(0, -5)).not.toMatch(/(^|\r\n)\.\r\n/)
      expect(unstuff(sent)).toBe(message)
    }),
  )
})
