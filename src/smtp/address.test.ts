import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress, parseDomain } from './index.ts'

describe('parseAddress', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['Ada.Lovelace+news@Example.ORG', 'Ada.Lovelace+news@example.org'],
    ['"ada lovelace"@example.org', '"ada lovelace"@example.org'],
    ['"a\\"b"@example.org', '"a\\"b"@example.org'],
    ['ada@Bücher.example', 'ada@xn--bcher-kva.example'],
    ["o'brien@example.org", "o'brien@example.org"],
    ['ada@example.org.', 'ada@example.org'],
  ])('takes %s', (text, canonical) => {
    expect(parseAddress(text)).toMatchObject({ kind: 'address', text: canonical })
  })

  it('marks a local part outside ASCII, which needs SMTPUTF8', () => {
    expect(parseAddress('jürgen@example.org')).toMatchObject({ kind: 'address', unicode: true })
    expect(parseAddress('ada@bücher.example')).toMatchObject({ kind: 'address', unicode: false })
  })

  it.each([
    ['ada', 'no @'],
    ['@example.org', 'before the @'],
    ['ada@', 'after the @'],
    ['ada@[192.0.2.1]', 'IP address'],
    ['ada@-example.org', 'not a domain'],
    ['ada@example..org', 'not a domain'],
    ['ada@192.0.2.1', 'not a domain'],
    ['.ada@example.org', 'dot'],
    ['a..b@example.org', 'two dots'],
    ['a b@example.org', 'not allowed'],
    ['ada@exa mple.org', 'not a domain'],
    ['ada@example.org\r\nRCPT TO:<eve@example.org>', 'not allowed'],
    ['a\r\nb@example.org', 'not allowed'],
    ['"a\nb"@example.org', 'quotes'],
    ['a<b>@example.org', 'not allowed'],
    [`${'a'.repeat(65)}@example.org`, '64 octets'],
    [`ada@${'a.'.repeat(130)}org`, '254'],
    ['ada@%65xample.org', 'not a domain'],
  ])('refuses %j', (text, why) => {
    const result = parseAddress(text)
    expect(result.kind).toBe('invalid')
    expect(result).toHaveProperty('why', expect.stringContaining(why))
  })

  it('gives back what it printed, and nothing that could leave its command', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.emailAddress(),
          fc.string().map((local) => `${local}@example.org`),
        ),
        (text) => {
          const first = parseAddress(text)
          if (first.kind === 'invalid') return
          expect(parseAddress(first.text)).toEqual(first)
          // oxlint-disable-next-line no-control-regex -- exactly those must not pass
          expect(first.text).not.toMatch(/[\u0000-\u001f\u007f]/)
          expect(first.text.replace(/^"(?:[^"\\]|\\.)*"/, '')).not.toMatch(/[<> ]/)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

it('a domain that is taken as it stands is what domainToASCII makes of it', () => {
  const label = fc.stringMatching(/^[a-z0-9-]{1,65}$/)
  fc.assert(
    fc.property(
      fc.array(fc.oneof(label, fc.constantFrom('xn--a', 'xn--bcher-kva', 'a--b', '0x1f', '127')), { maxLength: 6 }),
      (labels) => {
        const domain = [...labels, 'example'].join('.')
        const expected = domainToASCII(domain)
        const parsed = parseDomain(domain)
        if (parsed !== undefined) expect(parsed).toBe(expected)
        // RFC 1123 2.1: a label neither begins nor ends with a hyphen, and has at most 63 octets.
        const sound = labels.every((one) => one.length <= 63 && !one.startsWith('-') && !one.endsWith('-'))
        expect(parsed !== undefined).toBe(sound && expected !== '' && domain.length <= 253)
      },
    ),
  )
})
