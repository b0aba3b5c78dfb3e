import { expect, it } from 'vitest'
import { matchName } from './index.ts'

it.each([
  ['mx.example.org', 'mx.example.org', true],
  ['MX.Example.org', 'mx.example.ORG.', true],
  ['*.example.org', 'mx.example.org', true],
  ['*.example.org', 'a.b.example.org', false],
  ['*.example.org', 'example.org', false],
  ['*.org', 'example.org', false],
  ['m*.example.org', 'mx.example.org', false],
  ['*', 'example.org', false],
  ['', '', false],
  ['example.org', 'notexample.org', false],
])('certificate %s for host %s: %s (RFC 9525 6.3)', (pattern, host, matches) => {
  expect(matchName(pattern, host)).toBe(matches)
})
