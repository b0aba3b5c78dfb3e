import { describe, expect, it } from 'vitest'
import { exampleHost } from '../../test/support/examined.ts'
import type { HostResult } from '../check/index.ts'
import type { ProviderEndpoint, TlsClaims } from '../provider/index.ts'
import { compareAddress } from './compare.ts'
import { differenceRegistry } from './difference.ts'

const endpoint: ProviderEndpoint = {
  host: 'smtp.example.org',
  port: 587,
  protocol: 'smtp',
  security: 'starttls',
  region: undefined,
  seen: true,
}
const offers = (...lines: string[]) =>
  lines.map((line) => {
    const [keyword = '', ...params] = line.split(' ')
    return { keyword, params }
  })
const refused = { demand: 'tls', text: '530 5.7.0 Must issue a STARTTLS command first' } as const

/** A server that does everything as it should, but for `change`. */
function hostOf(change: Partial<HostResult> = {}): HostResult {
  return exampleHost({
    mx: endpoint.host,
    preference: undefined,
    port: 587,
    verdict: 'authenticated',
    cause: 'user-named',
    words: 'encrypted',
    findings: [],
    survey: undefined,
    inTheClear: { connected: true, offers: offers('STARTTLS', 'SIZE'), mail: refused },
    ...change,
  })
}

const finding = (rule: string, evidence = '') => ({ rule, severity: 'high', title: '', evidence, why: '', next: '' }) as const

function compare(host: Partial<HostResult> = {}, claims: TlsClaims = {}, change: Partial<ProviderEndpoint> = {}) {
  const { differences, ...result } = compareAddress({ ...endpoint, ...change }, claims, hostOf(host))
  return { ...result, differences: differences.map(({ kind, severity }) => `${severity} ${kind}`), all: differences }
}

const clear = (change: Partial<NonNullable<HostResult['inTheClear']>>) => ({
  inTheClear: { connected: true, offers: offers('STARTTLS'), mail: refused, ...change },
})
const implicit = { security: 'implicit', port: 465 } as const
const overImplicit = (change: Partial<HostResult>): Partial<HostResult> => ({ security: 'implicit', port: 465, ...change })
const unreached = { connected: false, offers: undefined, mail: undefined }

describe('a port that is as documented', () => {
  it('has all three answers', () => {
    expect(compare()).toMatchObject({
      outcome: 'as-documented',
      reach: { kind: 'reached' },
      answers: { starttls: 'offered', authBeforeTls: 'none', plainMail: 'refused-530' },
      differences: [],
    })
  })

  it('is asked nothing in the clear where TLS comes first', () => {
    const { outcome, answers, differences } = compare(overImplicit({}), { demanded: true }, implicit)
    expect(outcome).toBe('as-documented')
    expect(new Set(Object.values(answers))).toEqual(new Set(['not-asked']))
    expect(differences).toEqual([])
  })
})

describe('what differs', () => {
  const taken = clear({ mail: { demand: 'none', text: '250 2.1.0 Ok' } })
  const login = { findings: [finding('auth-in-clear', 'AUTH PLAIN LOGIN')] }
  const versions = [
    { version: 'TLSv1', accepted: true },
    { version: 'TLSv1.1', accepted: undefined },
    { version: 'TLSv1.2', accepted: true },
  ]
  const survey = { ...exampleHost().survey, versions } as NonNullable<HostResult['survey']>
  it.each<[string, Partial<HostResult>, TlsClaims, Partial<ProviderEndpoint>, string[]]>([
    [
      'STARTTLS is not offered',
      { verdict: 'plaintext', cause: 'not-offered', ...clear({ offers: [] }) },
      {},
      {},
      ['high starttls-missing'],
    ],
    [
      'the server knows no EHLO',
      { verdict: 'plaintext', cause: 'no-esmtp', ...clear({ offers: undefined }) },
      {},
      {},
      ['high starttls-missing'],
    ],
    ['STARTTLS is overwritten on the way', { verdict: 'plaintext', cause: 'mangled' }, {}, {}, ['high starttls-missing']],
    [
      'nor where it may be left out',
      { verdict: 'plaintext', cause: 'not-offered' },
      {},
      { security: 'optional' },
      ['high starttls-missing'],
    ],
    ['STARTTLS is hidden', { verdict: 'plaintext', cause: 'hidden' }, {}, {}, ['high starttls-hidden']],
    ['STARTTLS is refused', { verdict: 'broken', cause: 'starttls-refused' }, {}, {}, ['high starttls-fails']],
    ['the handshake fails', { verdict: 'broken', cause: 'handshake-alert' }, {}, {}, ['high starttls-fails']],
    [
      'TLS comes at once where STARTTLS is documented',
      {
        verdict: 'unreachable',
        cause: 'timeout',
        findings: [finding('implicit-tls-instead')],
        ...clear({ offers: undefined, mail: undefined }),
      },
      {},
      {},
      ['high implicit-instead'],
    ],
    [
      'plaintext where TLS is documented',
      overImplicit({ verdict: 'broken', cause: 'not-implicit-tls' }),
      {},
      implicit,
      ['high plaintext-instead'],
    ],
    ['no TLS at all', overImplicit({ verdict: 'broken', cause: 'handshake-not-tls' }), {}, implicit, ['high plaintext-instead']],
    [
      'a handshake at once that fails',
      overImplicit({ verdict: 'broken', cause: 'handshake-version' }),
      {},
      implicit,
      ['high implicit-fails'],
    ],
    ['a log-in before TLS, and nobody said otherwise', login, {}, {}, ['medium auth-before-tls']],
    ['a log-in before TLS, though TLS is compulsory', login, { demanded: true }, {}, ['high auth-before-tls']],
    ['a log-in before TLS, as documented', login, { demanded: false }, {}, ['remark auth-before-tls']],
    [
      'a log-in before TLS on a port that takes plaintext',
      login,
      { demanded: true },
      { security: 'optional' },
      ['remark auth-before-tls'],
    ],
    [
      'a log-in that hides the password',
      clear({ offers: offers('STARTTLS', 'AUTH CRAM-MD5') }),
      {},
      {},
      ['remark auth-before-tls'],
    ],
    ['a token that is handed over', clear({ offers: offers('STARTTLS', 'AUTH XOAUTH2') }), {}, {}, ['medium auth-before-tls']],
    ['MAIL is taken', taken, {}, {}, ['medium mail-in-clear']],
    ['MAIL is taken, though TLS is compulsory', taken, { demanded: true }, {}, ['high mail-in-clear']],
    ['MAIL is taken, as documented', taken, { demanded: false }, {}, ['remark mail-in-clear']],
    [
      'a log-in is demanded with 530',
      clear({ mail: { demand: 'log-in', text: '530 Authentication required' } }),
      { demanded: true },
      {},
      [],
    ],
    ['MAIL is refused otherwise', clear({ mail: { demand: 'unknown', text: '554 no' } }), { demanded: true }, {}, []],
    ['an old version, which is said to have ended', { survey }, { floor: 'TLSv1.2' }, {}, ['medium old-tls']],
    ['an old version, of which nothing is said', { survey }, {}, {}, []],
    ['a certificate for another name', { verdict: 'unauthenticated', cause: 'name-mismatch' }, {}, {}, ['high certificate']],
    [
      'a self-signed certificate, as documented',
      { verdict: 'unauthenticated', cause: 'self-signed' },
      { selfSigned: true },
      {},
      [],
    ],
    [
      'another flaw than the documented one',
      { verdict: 'unauthenticated', cause: 'expired' },
      { selfSigned: true },
      {},
      ['high certificate'],
    ],
    ['a closed port', { verdict: 'unreachable', cause: 'refused', inTheClear: unreached }, {}, {}, ['medium port-closed']],
    [
      'a closed port that nobody promised',
      { verdict: 'unreachable', cause: 'refused', inTheClear: unreached },
      {},
      { seen: false },
      ['remark port-closed'],
    ],
    ['a host that is gone', { verdict: 'unreachable', cause: 'no-address' }, {}, {}, ['medium host-gone']],
  ])('%s', (_, host, claims, change, expected) => {
    const { differences, outcome } = compare(host, claims, change)
    expect(differences).toEqual(expected)
    expect(outcome === 'differs').toBe(expected.some((one) => !one.startsWith('remark')))
  })

  it('quotes both sides, the server escaped', () => {
    const { all } = compare(clear({ mail: { demand: 'none', text: '250 \u001b[2J Ok' } }), { demanded: true })
    expect(all).toEqual([{ kind: 'mail-in-clear', severity: 'high', documented: 'TLS is compulsory', seen: '250 \\x1b[2J Ok' }])
  })

  it('says in the words of programs what a wrong mode looks like', () => {
    expect(differenceRegistry['plaintext-instead'].why).toContain('"wrong version number" (OpenSSL')
    expect(differenceRegistry['plaintext-instead'].why).toContain('"first record does not look like a TLS handshake" (Go)')
    expect(differenceRegistry['plaintext-instead'].next).toContain('STARTTLS')
    expect(differenceRegistry['implicit-instead'].next).toContain('implicit TLS')
  })
})

describe('what could not be tested is neither as documented nor otherwise', () => {
  it.each<[string, Partial<HostResult>, string, RegExp | undefined]>([
    ['no answer to TCP', { verdict: 'unreachable', cause: 'timeout', inTheClear: unreached }, 'blocked', /firewall/],
    [
      'no answer on port 25',
      { port: 25, verdict: 'unreachable', cause: 'timeout', inTheClear: unreached },
      'blocked',
      /block port 25/,
    ],
    ['no route', { verdict: 'unreachable', cause: 'no-route', inTheClear: unreached }, 'blocked', /firewall/],
    [
      'silence',
      { verdict: 'unreachable', cause: 'timeout', ...clear({ offers: undefined, mail: undefined }) },
      'silent',
      /overloaded/,
    ],
    [
      'silence on port 25',
      { port: 25, verdict: 'unreachable', cause: 'closed', ...clear({ offers: undefined }) },
      'silent',
      /stands in/,
    ],
    [
      'a greeting that refuses us',
      { verdict: 'refused', cause: 'greeting-refused', ...clear({ offers: undefined }) },
      'turned-away',
      /again later/,
    ],
    ['an answer that puts us off', { verdict: 'temporary', cause: 'starttls-4xx' }, 'turned-away', /again later/],
    ['no IPv6', { verdict: 'not-tested', cause: 'no-ipv6', inTheClear: unreached }, 'not-tried', undefined],
    ['no DNS', { verdict: 'temporary', cause: 'dns' }, 'not-tried', /again later/],
  ])('%s', (_, host, kind, next) => {
    const { outcome, reach, differences } = compare(host, { demanded: true, floor: 'TLSv1.2' })
    expect({ outcome, kind: reach.kind, differences }).toEqual({ outcome: 'untested', kind, differences: [] })
    if (next) expect(reach.next).toMatch(next)
  })

  it('a refused handshake is told from a blocked port', () => {
    const { reach, differences } = compare({ verdict: 'broken', cause: 'handshake-alert' })
    expect(reach).toMatchObject({ kind: 'handshake-refused', next: expect.stringContaining('no blocked port') as string })
    expect(differences).toEqual(['high starttls-fails'])
  })
})

describe('other protocols', () => {
  const imap = (...keywords: string[]): Partial<HostResult> => ({
    protocol: 'imap',
    port: 143,
    ...clear({ offers: offers(...keywords), mail: undefined }),
  })
  it.each([
    [['STARTTLS', 'LOGINDISABLED'], 'none'],
    [['STARTTLS', 'LOGINDISABLED', 'AUTH=PLAIN'], 'password'],
    [['STARTTLS', 'AUTH=SCRAM-SHA-256', 'LOGINDISABLED'], 'challenge'],
  ])('IMAP offering %j before TLS offers %s', (keywords, authBeforeTls) => {
    expect(compare(imap(...keywords)).answers).toEqual({ starttls: 'offered', authBeforeTls, plainMail: 'not-asked' })
  })

  it('POP3 says STLS', () => {
    const { answers } = compare({
      protocol: 'pop3',
      port: 110,
      ...clear({ offers: offers('STLS', 'SASL CRAM-MD5'), mail: undefined }),
    })
    expect(answers).toEqual({ starttls: 'offered', authBeforeTls: 'challenge', plainMail: 'not-asked' })
  })
})
