import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SealpostError } from '../errors.ts'
import { parseTarget, targetOf } from './target.ts'

describe('a server', () => {
  it.each([
    ['smtp://mx.example.org', 'smtp', 25, 'starttls', false],
    ['submission://mail.example.org', 'smtp', 587, 'starttls', true],
    ['smtps://mail.example.org', 'smtp', 465, 'implicit', true],
    ['lmtp://mail.example.org', 'lmtp', 24, 'starttls', false],
    ['imap://mail.example.org', 'imap', 143, 'starttls', true],
    ['imaps://mail.example.org', 'imap', 993, 'implicit', true],
    ['pop3://mail.example.org', 'pop3', 110, 'starttls', true],
    ['pop3s://mail.example.org', 'pop3', 995, 'implicit', true],
    ['sieve://mail.example.org', 'sieve', 4190, 'starttls', true],
    ['imap://mail.example.org:1143', 'imap', 1143, 'starttls', true],
    ['mail.example.org:993', 'imap', 993, 'implicit', true],
    ['mail.example.org:4190', 'sieve', 4190, 'starttls', true],
    ['mail.example.org:2525', 'smtp', 2525, 'starttls', false],
    ['[2001:db8::1]:25', 'smtp', 25, 'starttls', false],
  ])('%s', (text, protocol, port, security, login) => {
    expect(parseTarget(text)).toMatchObject({ kind: 'host', source: 'user', service: { protocol, port, security, login } })
  })

  it('that SRV names has the protocol of its service, and a name that nobody vouches for', () => {
    expect(targetOf({ service: 'submissions', host: 'mail.example.org', port: 1465 })).toEqual({
      kind: 'host',
      text: 'submissions://mail.example.org:1465',
      host: 'mail.example.org',
      service: { protocol: 'smtp', port: 1465, security: 'implicit', login: true },
      source: 'dns',
    })
  })
})

it('a domain', () => {
  expect(parseTarget(' Bücher.Example. ')).toEqual({
    kind: 'domain',
    text: ' Bücher.Example. ',
    domain: 'xn--bcher-kva.example',
  })
})

describe('nonsense is refused, with what is known', () => {
  it.each([
    '',
    'http://example.org',
    'imap4://x.org',
    'example.org:0',
    'example.org:99999',
    '192.0.2.1',
    'a b',
    'user@example.org',
    'smtp://',
    'smtp://a@b/',
  ])('%s', (text) => {
    expect(() => parseTarget(text)).toThrow(SealpostError)
  })

  it('whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40, unit: 'binary' }), (text) => {
        try {
          parseTarget(text)
        } catch (error) {
          expect(error).toBeInstanceOf(SealpostError)
        }
      }),
    )
  })
})
