import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DnsAnswer, Resolver } from '../dns/index.ts'
import { lookupTlsRpt, parseTlsRpt } from './index.ts'

const mail = { kind: 'mailto', uri: 'mailto:tls@example.test', address: 'tls@example.test' } as const
const post = { kind: 'https', uri: 'https://example.test/tls?x=1' } as const

describe('case 74: a record', () => {
  it.each([
    ['v=TLSRPTv1; rua=mailto:tls@example.test', [mail]],
    ['v=TLSRPTv1;rua=https://example.test/tls?x=1;', [post]],
    ['v=TLSRPTv1; rua=mailto:tls@example.test , https://example.test/tls?x=1 ;', [mail, post]],
    ['v=TLSRPTv1; rua=https://example.test/tls?x=1; rua=mailto:tls@example.test', [post, mail]],
    ['v=TLSRPTv1; rua=MAILTO:tls@example.test', [{ ...mail, uri: 'MAILTO:tls@example.test' }]],
    ['v=TLSRPTv1; rua=mailto:a%2Cb@example.test', undefined],
    [
      'v=TLSRPTv1; rua=mailto:a%21b@example.test',
      [{ kind: 'mailto', uri: 'mailto:a%21b@example.test', address: 'a!b@example.test' }],
    ],
    ['v=TLSRPTv1; rua=https://example.test/a%2Cb%21c%3Bd', [{ kind: 'https', uri: 'https://example.test/a%2Cb%21c%3Bd' }]],
    [
      'v=TLSRPTv1; rua=mailto:tls@example.test?subject=x%0D%0Abcc',
      [{ ...mail, uri: 'mailto:tls@example.test?subject=x%0D%0Abcc' }],
    ],
  ])('case 74: %j', (text, rua) => {
    // A comma cannot stand in an address that is no quoted string, encoded or not.
    if (rua === undefined) expect(parseTlsRpt([text])).toMatchObject({ kind: 'malformed', errors: [{ why: 'mailbox' }] })
    else expect(parseTlsRpt([text])).toEqual({ kind: 'record', record: { rua, extensions: [] }, problems: [] })
  })

  it('case 74: fields that are not known are kept apart', () => {
    expect(parseTlsRpt(['v=TLSRPTv1; ruf=x; rua=mailto:tls@example.test'])).toEqual({
      kind: 'record',
      record: { rua: [mail], extensions: [{ name: 'ruf', value: 'x' }] },
      problems: [],
    })
  })

  it.each([
    ['', 'empty'],
    ['tls@example.test', 'no-scheme'],
    ['http://example.test/tls', 'scheme'],
    ['ftp://example.test', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['mailto:a!b@example.test', 'unencoded'],
    ['https://example.test/!', 'unencoded'],
    ['mailto:tls@exam ple.test', 'not-a-uri'],
    ['https:example.test', 'not-a-uri'],
    ['https://', 'not-a-uri'],
    ['https:///path', 'not-a-uri'],
    ['https://example.test/%zz', 'not-a-uri'],
    ['https://example.test/<x>', 'not-a-uri'],
    ['https://exämple.test/', 'not-a-uri'],
    ['https://[::1/', 'not-a-uri'],
    ['https://user:secret@example.test/', 'credentials'],
    ['https://user@example.test/', 'credentials'],
    ['mailto:', 'mailbox'],
    ['mailto:example.test', 'mailbox'],
    ['mailto:@example.test', 'mailbox'],
    ['mailto:tls@', 'mailbox'],
    ['mailto:tls@-example.test', 'mailbox'],
    ['mailto:a@b@example.test', 'mailbox'],
    ['mailto:a..b@example.test', 'mailbox'],
    ['mailto:tls@example.test%0D%0ARCPT', 'mailbox'],
    ['mailto:%FF@example.test', 'mailbox'],
    [`mailto:${'x'.repeat(65)}@example.test`, 'mailbox'],
    [`https://example.test/${'x'.repeat(2_000)}`, 'too-long'],
  ])('case 74: rua=%s is bad: %s', (uri, why) => {
    const bad = { kind: 'bad-rua', uri: uri.slice(0, 100), why }
    expect(parseTlsRpt([`v=TLSRPTv1; rua=${uri}`])).toEqual({ kind: 'malformed', errors: [bad] })
    // Beside a good one it is named, and the good one counts.
    expect(parseTlsRpt([`v=TLSRPTv1; rua=mailto:tls@example.test,${uri}`])).toMatchObject({
      kind: 'record',
      record: { rua: [mail] },
      problems: [bad],
    })
  })

  it.each([
    ['v=TLSRPTv1', [{ kind: 'missing-rua' }]],
    ['v=TLSRPTv1;', [{ kind: 'missing-rua' }]],
    ['v=TLSRPTv1; RUA=mailto:tls@example.test', [{ kind: 'missing-rua' }]],
    [
      'v=TLSRPTv1; rua =mailto:tls@example.test',
      [{ kind: 'bad-field', text: ' rua =mailto:tls@example.test' }, { kind: 'missing-rua' }],
    ],
    ['v=TLSRPTv1; rua=mailto:tls@example.test;; x=y', [{ kind: 'bad-field', text: '' }]],
    ['v=TLSRPTv1; rua=https://example.test/a;b', [{ kind: 'bad-field', text: 'b' }]],
  ])('case 74: %j is malformed', (text, errors) => {
    expect(parseTlsRpt([text])).toEqual({ kind: 'malformed', errors })
  })

  it('case 74: an address without its scheme behind a comma is named', () => {
    expect(parseTlsRpt(['v=TLSRPTv1; rua=mailto:tls@example.test,other@example.test'])).toMatchObject({
      kind: 'record',
      problems: [{ kind: 'bad-rua', uri: 'other@example.test', why: 'no-scheme' }],
    })
  })

  it('case 74: no more than twenty addresses', () => {
    const uris = Array.from({ length: 21 }, (_, n) => `mailto:a${n}@example.test`)
    const read = parseTlsRpt([`v=TLSRPTv1; rua=${uris.join(',')}`])
    expect(read).toMatchObject({ kind: 'record', problems: [{ kind: 'too-many-rua', limit: 20 }] })
    expect(read.kind === 'record' && read.record.rua.length).toBe(20)
  })
})

describe('case 74: none and several', () => {
  it('case 74: two records are as none', () => {
    const one = 'v=TLSRPTv1; rua=mailto:tls@example.test'
    expect(parseTlsRpt([one, one, 'v=spf1 -all'])).toEqual({ kind: 'several', count: 2 })
  })

  it.each([
    ['"v=TLSRPTv1; rua=mailto:tls@example.test"', 'quoted'],
    ['v=TLSRPTV1; rua=mailto:tls@example.test', 'case'],
    ['v=tlsrptv1; rua=mailto:tls@example.test', 'case'],
    ['v=TLSRPTv2; rua=mailto:tls@example.test', 'other-version'],
  ])('case 74: %j is none, and it is said why', (text, why) => {
    expect(parseTlsRpt([text])).toMatchObject({ kind: 'none', misfits: [{ text, why }] })
  })

  it('case 74: DNS is asked at _smtp._tls, and its failures are none of "none"', async () => {
    const asked: string[] = []
    const answering = (answer: DnsAnswer<string>): Resolver => ({
      // The one type that is asked for has strings.
      query: async (name, type) => {
        asked.push(`${type} ${name}`)
        return answer as never
      },
    })
    const nothing = { kind: 'nodata', authenticated: false } as const
    expect(await lookupTlsRpt(answering(nothing), 'example.test')).toEqual({ kind: 'none', misfits: [] })
    const failure = { kind: 'failure', cause: 'timeout', detail: 'no answer' } as const
    expect(await lookupTlsRpt(answering(failure), 'example.test')).toEqual({ kind: 'temporary', detail: 'no answer' })
    const records = ['v=TLSRPTv1; rua=mailto:tls@example.test']
    const answer = { kind: 'records', records, authenticated: false, ttl: 1, canonical: 'x' } as const
    expect(await lookupTlsRpt(answering(answer), 'example.test')).toMatchObject({ kind: 'record' })
    expect(await lookupTlsRpt(answering(answer), 'a.'.repeat(122) + 'test')).toMatchObject({ kind: 'none' })
    expect(asked).toEqual(Array(3).fill('TXT _smtp._tls.example.test'))
  })
})

describe('with any input', () => {
  it('never throws, and no address has anything in it that could break out of a command', () => {
    const piece = fc.constantFrom(
      'v=TLSRPTv1',
      ';',
      ',',
      'rua=',
      'mailto:',
      'https://',
      'a@b.test',
      '%0D%0A',
      '%',
      '?',
      '\r\n',
      'x',
      '!',
      ' ',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 14 }).map((pieces) => `v=TLSRPTv1;rua=${pieces.join('')}`),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), (texts) => {
        const read = parseTlsRpt(texts)
        if (read.kind !== 'record') return
        for (const uri of read.record.rua) {
          expect(uri.uri).toMatch(/^[\x21-\x7e]+$/)
          if (uri.kind === 'mailto') expect(uri.address).toMatch(/^[^\s@<>(),;:"\\]+@[A-Za-z0-9._-]+$/)
          else expect(new URL(uri.uri).protocol).toBe('https:')
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
