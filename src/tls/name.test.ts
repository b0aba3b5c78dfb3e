import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findNameFlaw, matchName, standsFor } from './index.ts'

it.each([
  ['mx.example.org', 'mx.example.org', true],
  ['MX.Example.org', 'mx.example.ORG.', true],
  ['mx.example.org.', 'mx.example.org', true],
  ['*.example.org', 'mx.example.org', true],
  ['*.example.org', 'a.b.example.org', false],
  ['*.example.org', 'example.org', false],
  ['*.example.org', '.example.org', false],
  ['*.org', 'example.org', false],
  ['m*.example.org', 'mx.example.org', false],
  ['*x.example.org', 'mx.example.org', false],
  ['mx.*.org', 'mx.example.org', false],
  ['*.*.org', 'mx.example.org', false],
  ['*', 'example.org', false],
  ['*.', 'org.', false],
  ['', '', false],
  ['.', '.', false],
  ['example.org', 'notexample.org', false],
  ['mx.example.org\0.evil.org', 'mx.example.org', false],
  ['mx.xn--bcher-kva.org', 'mx.bücher.org', true],
  ['*.xn--bcher-kva.org', 'mx.BÜCHER.org', true],
  ['mx.bücher.org', 'mx.xn--bcher-kva.org', false],
])('case 50: certificate %s for host %s: %s (RFC 9525 6.3)', (pattern, host, matches) => {
  expect(matchName(pattern, host)).toBe(matches)
})

it.each([
  ['mx.example.org', undefined],
  ['*.example.org', undefined],
  ['_dmarc.xn--bcher-kva.org.', undefined],
  ['m*.example.org', 'wildcard-partial'],
  ['**.example.org', 'wildcard-partial'],
  ['mx.*.org', 'wildcard-not-first'],
  ['*.*.org', 'wildcard-not-first'],
  ['*.com', 'wildcard-too-wide'],
  ['*', 'wildcard-too-wide'],
  ['192.0.2.1', 'address-as-name'],
  ['2001:db8::1', 'address-as-name'],
  ['mx example.org', 'not-a-name'],
  ['mx..org', 'not-a-name'],
  ['', 'not-a-name'],
  ['https://mx.example.org', 'not-a-name'],
  [`${'a'.repeat(64)}.org`, 'not-a-name'],
  ['mx.bücher.org', 'not-a-name'],
])('case 50: the name %s of a certificate has the flaw %s', (name, flaw) => {
  expect(findNameFlaw(name)).toBe(flaw)
})

const names = { names: ['mx.example.org'], addresses: ['192.0.2.1', '2001:db8::1'], commonName: 'cn.example.org' }

it.each([
  ['mx.example.org', names, 'dns'],
  ['192.0.2.1', names, 'ip'],
  ['2001:DB8:0::1', names, 'ip'],
  ['192.0.2.2', names, undefined],
  // An address is no DNS name, wherever it stands (RFC 9525 6.4).
  ['192.0.2.2', { names: ['192.0.2.2'], addresses: [], commonName: '192.0.2.2' }, undefined],
  // The common name counts where there is no other, and for no address.
  ['cn.example.org', names, undefined],
  ['cn.example.org', { ...names, names: [] }, 'common-name'],
  ['mx.example.org', { names: [], addresses: [], commonName: '*.example.org' }, 'common-name'],
  ['mx.example.org', { names: [], addresses: [], commonName: undefined }, undefined],
])('case 50: by which name a certificate stands for %s (%o): %s (RFC 7672 3.2.3)', (host, given, found) => {
  expect(standsFor(given, host)).toBe(found)
})

it('case 50: finds the one of very many names', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `h${index}.example.org`)
  expect(standsFor({ names: many, addresses: [], commonName: undefined }, 'h19999.example.org')).toBe('dns')
})

it('throws for no name, and a name with a flaw matches no host', () => {
  const label = fc.stringMatching(/^[a-z*.\u0000-\u00ff]{0,12}$/)
  fc.assert(
    fc.property(label, label, fc.domain(), (start, end, host) => {
      for (const pattern of [start + host + end, `${start}.${host}`, host])
        expect(matchName(pattern, host) && findNameFlaw(pattern) !== undefined).toBe(false)
    }),
  )
})
