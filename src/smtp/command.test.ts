import { expect, it } from 'vitest'
import { findExtension, parseDomain, parseEhlo, printCommand } from './index.ts'

it('prints a command', () => {
  expect(printCommand('EHLO', 'mail.example.org')).toBe('EHLO mail.example.org\r\n')
  expect(printCommand('DATA')).toBe('DATA\r\n')
})

it.each(['a\r\nDATA', 'a\nb', 'a\0b', 'a\u007f'])('refuses %j as an argument', (argument) => {
  expect(() => printCommand('MAIL', argument)).toThrow(expect.objectContaining({ code: 'SP_COMMAND_UNSAFE' }))
})

it('reads keywords in any case, with parameters and spaces (cases 16, 17)', () => {
  const capabilities = parseEhlo({
    code: 250,
    enhanced: undefined,
    lines: ['mx at your service', 'size 1000', 'StartTLS foo ', 'AUTH PLAIN LOGIN'],
    bareLf: false,
  })
  expect(findExtension(capabilities, 'STARTTLS')).toEqual({ keyword: 'STARTTLS', params: ['foo'] })
  expect(findExtension(capabilities, 'SIZE')?.params).toEqual(['1000'])
  expect(findExtension(capabilities, 'MX')).toBeUndefined()
})

it.each([
  ['Example.ORG.', 'example.org'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['a_b.example.org', 'a_b.example.org'],
  ['localhost', 'localhost'],
])('knows the domain %s', (text, domain) => {
  expect(parseDomain(text)).toBe(domain)
})

it.each(['', '.', 'a..b', '192.0.2.1', 'a b', 'a/b', 'a:25', '-a.org', `${'a'.repeat(64)}.org`, 'a\0.org', '%61.org', 'a@b'])(
  'knows that %j is no domain',
  (text) => {
    expect(parseDomain(text)).toBeUndefined()
  },
)
