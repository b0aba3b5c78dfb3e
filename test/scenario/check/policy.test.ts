import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createMemoryCache, parsePolicy } from '../../../src/mtasts/index.ts'
import { spellReply } from '../../../src/world/index.ts'
import { mx } from '../../support/lab.ts'
import { findClosedPlace } from '../../support/network.ts'
import { goodPolicy, servePolicy } from '../../support/policyHost.ts'
import { checkPolicy, otherTlsa, tlsaName, tlsaOf } from '../../support/policyLab.ts'

const day = 86_400_000
const rpt = { '_smtp._tls.example.test': { TXT: ['v=TLSRPTv1; rua=mailto:tls@example.test'] } }
const policyOf = (change: Record<string, string>, more = ''): string =>
  Object.entries({ version: 'STSv1', mode: 'enforce', mx, max_age: '604800', ...change })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('') + more

/** A policy host that answers with something else than a policy. */
const answer =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end()
  }

const hangUp: RequestListener = ({ socket }) => {
  socket.end('HTTP/9 what\r\n\r\n')
}

/** The certificate that follows the server's own. */
function secondOf(pem: string): string {
  return pem.split(/(?<=-----END CERTIFICATE-----\n)/)[1] ?? ''
}

describe('nothing is published', () => {
  it('case 67: a good server that nobody vouches for is valid, and it is said what that is worth', async () => {
    const { result, findings, notTested, exit } = await checkPolicy()
    expect(result).toMatchObject({ verdict: 'valid', cause: 'pkix', grade: 'B', mtaSts: { kind: 'none', cause: 'no-record' } })
    expect(findings).toEqual({
      'nothing-vouches': `low: no MTA-STS record; no TLSA records for ${mx}`,
      'tls-rpt-none': 'info: no TLS-RPT record',
    })
    expect(result.hosts).toMatchObject([
      { dane: { kind: 'none', records: [] }, demand: { kind: 'use', level: 'opportunistic', voucher: 'dns', met: true } },
    ])
    expect(notTested).not.toHaveProperty('dane-mismatch')
    expect(exit).toBe(0)
  })

  it('case 72: without a resolver that is trusted DANE is not tested, and never said to be absent', async () => {
    const { result, findings, notTested, asked } = await checkPolicy({
      trust: { kind: 'untrusted', reason: 'it is only a forwarder' },
      zone: (identity) => ({ [tlsaName]: { TLSA: [tlsaOf(identity)], secure: true } }),
    })
    expect(result).toMatchObject({ verdict: 'valid', hosts: [{ dane: { kind: 'not-tested' } }] })
    expect(notTested['dane-mismatch']).toBe('DANE was not looked up: it is only a forwarder')
    expect(findings).not.toHaveProperty('nothing-vouches')
    expect(asked.filter((question) => question.startsWith('TLSA'))).toEqual([])
  })
})

describe('what is told of the demand', () => {
  it('is the domain alone, as no campaign is part of a check', async () => {
    const { result } = await checkPolicy({ policy: goodPolicy })
    const { demand } = result.hosts[0] ?? {}
    expect(demand).toMatchObject({ kind: 'use', reason: "the domain's MTA-STS policy demands it (enforce)" })
    expect(demand?.steps.map(({ about }) => about)).toEqual(['dane', 'mta-sts'])
    expect(JSON.stringify((await checkPolicy()).result.hosts[0]?.demand)).not.toContain('campaign')
  })
})

describe('MTA-STS', () => {
  it.each([
    ['as it stands', goodPolicy],
    ['case 67: in upper case and with a final dot', policyOf({ mx: 'MX.Example.Test.' })],
    ['by a wildcard', policyOf({ mx: '*.example.test' })],
  ])('case 67: a policy that names the server %s makes it authenticated', async (_, policy) => {
    const { result, findings, exit } = await checkPolicy({ policy, zone: () => rpt })
    expect(result).toMatchObject({ verdict: 'authenticated', cause: 'mta-sts', grade: 'A' })
    expect(result.mtaSts).toMatchObject({
      kind: 'policy',
      policy: { mode: 'enforce', source: 'fetched', id: '1', maxAge: 604_800 },
    })
    expect(result.hosts).toMatchObject([{ listed: true, demand: { voucher: 'sts', level: 'authenticated', met: true } }])
    expect(Object.keys(findings).filter((rule) => rule !== 'mta-sts-policy-odd')).toEqual([])
    expect(exit).toBe(0)
  })

  it.each(['*.test', '*.mx.example.test', 'other.example.test', '*.sub.example.test'])(
    'case 67: a policy for %s does not name the server, which takes no mail',
    async (pattern) => {
      const { result, findings, exit } = await checkPolicy({ policy: policyOf({ mx: pattern }) })
      expect(result).toMatchObject({ verdict: 'broken', cause: 'mx-not-listed', grade: 'F' })
      expect(result.hosts).toMatchObject([{ listed: false, demand: { kind: 'pass-over' } }])
      expect(findings).toMatchObject({ 'mta-sts-mx-unlisted': `high: ${mx}: the policy names ${pattern}` })
      expect(exit).toBe(1)
    },
  )

  it('case 67: beside a server that it names, the other gets no mail and spoils nothing but the grade', async () => {
    const both = [mx, 'stranger.test'].map((exchange, index) => ({ preference: 10 + index, exchange }))
    const { result, findings, exit } = await checkPolicy({
      policy: goodPolicy,
      certificate: { names: [mx, 'stranger.test'] },
      zone: () => ({ ...rpt, 'example.test': { MX: both }, 'stranger.test': { A: ['5.45.25.1'] } }),
    })
    expect(result).toMatchObject({ verdict: 'authenticated', best: 'authenticated', grade: 'B' })
    expect(result.hosts).toMatchObject([
      { mx, verdict: 'authenticated', listed: true },
      { mx: 'stranger.test', verdict: 'broken', cause: 'mx-not-listed', grade: 'F', listed: false },
    ])
    expect(Object.keys(findings)).toEqual(['mta-sts-mx-unlisted'])
    expect(exit).toBe(0)
  })

  it('case 67: in testing that is said, and nothing follows from it', async () => {
    const { result, findings, exit } = await checkPolicy({ policy: policyOf({ mode: 'testing', mx: 'other.example.test' }) })
    expect(result).toMatchObject({ verdict: 'valid', grade: 'B' })
    expect(findings).toMatchObject({
      'mta-sts-testing': 'low: MTA-STS policy (testing) just fetched, good for 7 d',
      'mta-sts-mx-unlisted-testing': `medium: ${mx}: the policy names other.example.test`,
    })
    expect(exit).toBe(0)
  })

  it('case 67: enforce and a certificate that is not right: mail is held at every level', async () => {
    const { result, exit } = await checkPolicy({ policy: goodPolicy, certificate: { selfSigned: true } })
    expect(result).toMatchObject({ verdict: 'unauthenticated', cause: 'self-signed' })
    expect(result.hosts).toMatchObject([{ demand: { level: 'authenticated', met: false } }])
    expect(exit).toBe(1)
  })

  it.each<[string, readonly string[], string, string]>([
    [
      'two records',
      ['v=STSv1; id=1;', 'v=STSv1; id=2;'],
      'mta-sts-record-several',
      'medium: 2 MTA-STS records, which count as none',
    ],
    [
      'a bad id',
      ['v=STSv1; id=a-b;'],
      'mta-sts-record-malformed',
      'medium: the MTA-STS record is malformed: its id has other characters',
    ],
    ['quotation marks', ['"v=STSv1; id=1;"'], 'mta-sts-record-near', 'medium: no MTA-STS record: there are quotation marks'],
    [
      'a field of its own',
      ['v=STSv1; id=1; note=x;'],
      'mta-sts-record-odd',
      'info: the MTA-STS record has a field that is not known: note',
    ],
  ])('case 68: a record with %s is named', async (_, record, rule, evidence) => {
    const { findings } = await checkPolicy({ record, policy: goodPolicy })
    expect(findings[rule]).toContain(evidence)
  })

  it.each([
    ['404', answer(404), 'mta-sts-status', 'the policy host answers with status 404 instead of 200'],
    ['301', answer(301, { location: 'https://example.test/' }), 'mta-sts-redirect', 'redirects (301) to https://example.test/'],
    ['HTML', servePolicy('<html>', { 'content-type': 'text/html' }), 'mta-sts-content-type', 'served as text/html'],
    ['more than 64 KiB', servePolicy(goodPolicy + 'x: y\n'.repeat(20_000)), 'mta-sts-too-large', 'larger than 64 KiB'],
    ['no mode', servePolicy('version: STSv1\nmx: a.test\nmax_age: 9\n'), 'mta-sts-malformed', 'it has no mode'],
    ['no HTTP to speak of', hangUp, 'mta-sts-http', 'the policy host speaks no proper HTTP'],
  ])('case 68: a policy host that has %s is named, and the domain is as without a policy', async (_, policy, rule, evidence) => {
    const { result, findings, exit } = await checkPolicy({ policy, zone: () => rpt })
    expect(Object.keys(findings)).toEqual([rule])
    expect(findings[rule]).toMatch(/^medium: /)
    expect(findings[rule]).toContain(evidence)
    expect(result).toMatchObject({ verdict: 'valid', grade: 'B', mtaSts: { kind: 'failed' } })
    expect(exit).toBe(0)
  })

  it('case 68: a policy host with a wrong certificate, that is not there, or has no answer in time', async () => {
    const [wrong, closed, slow] = await Promise.all([
      checkPolicy({ policy: goodPolicy, policyCertificate: { names: ['www.example.test'] } }),
      checkPolicy({ policy: await findClosedPlace() }),
      checkPolicy({ policy: () => undefined }),
    ])
    expect(wrong.findings['mta-sts-certificate']).toContain(
      'medium: the certificate of the policy host is not good: name-mismatch',
    )
    expect(closed.findings['mta-sts-host']).toContain('medium: no connection to the policy host (refused')
    expect(slow.findings['mta-sts-timeout']).toBe('medium: the policy host took more than 60 s (answer)')
  })

  it('case 68: DNS that gives no answer is told as that, and never as no policy', async () => {
    const { result, findings } = await checkPolicy({ zone: () => ({ '_mta-sts.example.test': 'servfail' }) })
    expect(findings['mta-sts-unknown']).toContain('medium: DNS gave no answer about the record')
    expect(findings).not.toHaveProperty('nothing-vouches')
    expect(result).toMatchObject({ mtaSts: { kind: 'failed', cause: 'record' } })
  })

  it('case 68: nmx: is taken for a slip of the pen, other keys are left alone', async () => {
    const { findings } = await checkPolicy({ policy: policyOf({}, 'nmx: mx2.example.test\nnote: x\n') })
    expect(findings['mta-sts-typo']).toBe('medium: the policy has a key that is not known: "nmx"; "mx" was probably meant')
    expect(findings['mta-sts-policy-odd']).toBe('info: the policy has a key that is not known: "note"')
  })

  it.each([
    ['0', 'max_age of 0'],
    ['3600', 'good for 60 min only'],
  ])('case 68: max_age %s is too short', async (age, evidence) => {
    const { findings } = await checkPolicy({ policy: policyOf({ max_age: age }) })
    expect(findings['mta-sts-max-age']).toMatch(/^low: /)
    expect(findings['mta-sts-max-age']).toContain(evidence)
  })

  it('case 68: max_age of more than a year, and CRLF, count', async () => {
    const { result, findings } = await checkPolicy({ policy: policyOf({ max_age: '99999999' }).replaceAll('\n', '\r\n') })
    expect(result).toMatchObject({ verdict: 'authenticated', mtaSts: { policy: { maxAge: 31_557_600 } } })
    expect(findings['mta-sts-policy-odd']).toContain('of which a year counts')
  })

  it('case 68: mode none asks for nothing', async () => {
    const { result, findings } = await checkPolicy({ policy: policyOf({ mode: 'none' }) })
    expect(result).toMatchObject({ verdict: 'valid', mtaSts: { kind: 'none', cause: 'mode-none', policy: { mode: 'none' } } })
    expect(findings).toMatchObject({ 'mta-sts-none': 'info: the MTA-STS policy says mode: none' })
  })

  it('cases 68, 69: a policy that is held rules on, though the record is gone or its new version is not to be had', async () => {
    const gone = await checkPolicy({ cache: await holdPolicy(), record: [] })
    expect(gone.result).toMatchObject({ verdict: 'authenticated', grade: 'A', mtaSts: { policy: { source: 'cache' } } })
    expect(gone.result.mtaSts?.words).toMatch(/^MTA-STS policy \(enforce\) from cache, \d+ [hd] left$/)
    expect(gone.findings['mta-sts-record-lost']).toBe('low: no MTA-STS record; the cached policy still rules')
    const failing = await checkPolicy({ cache: await holdPolicy(), record: ['v=STSv1; id=2;'], policy: answer(404) })
    expect(failing.result).toMatchObject({ verdict: 'authenticated', grade: 'B' })
    expect(failing.findings['mta-sts-status']).toMatch(
      /status 404 instead of 200; still ruling: MTA-STS policy \(enforce\) from cache/,
    )
    const fetched = await checkPolicy({ cache: await holdPolicy(), record: ['v=STSv1; id=2;'], policy: goodPolicy })
    expect(fetched.result).toMatchObject({ mtaSts: { policy: { source: 'fetched', id: '2' } } })
  })
})

/** A cache that a run of yesterday has left. */
async function holdPolicy() {
  const cache = createMemoryCache()
  const parsed = parsePolicy(Buffer.from(goodPolicy))
  if (parsed.kind === 'malformed') throw new Error('the good policy is not')
  const { policy, warnings } = parsed
  await cache.put({ domain: 'example.test', id: '1', policy, warnings, text: goodPolicy, fetchedAt: Date.now() - day / 2 })
  return cache
}

describe('DANE', () => {
  it('case 70: 3 1 1 that matches is authenticated, whatever PKIX says; what that says is kept apart', async () => {
    const certificate = { selfSigned: true, names: ['elsewhere.test'], notAfter: new Date(Date.now() - day) }
    const zone = (identity: Parameters<typeof tlsaOf>[0]) => ({ ...rpt, [tlsaName]: { TLSA: [tlsaOf(identity)], secure: true } })
    const { result, findings, exit } = await checkPolicy({ certificate, zone })
    expect(result).toMatchObject({ verdict: 'authenticated', cause: 'dane', grade: 'A' })
    expect(result.hosts).toMatchObject([
      {
        dane: { kind: 'usable', mxSecure: true, match: 'matched', records: [{ usage: 3, selector: 1, matchingType: 1 }] },
        demand: { voucher: 'dane', level: 'authenticated', met: true },
        passed: expect.arrayContaining(['dane-mismatch']),
      },
    ])
    expect(Object.keys(findings)).toEqual(['dane-alone'])
    expect(findings['dane-alone']).toMatch(/^low: .*certificate-expired .*certificate-name /)
    expect(exit).toBe(0)
  })

  it('case 50: a name that is wrong is irrelevant with usage 3, and a fault with usage 2', async () => {
    const certificate = { names: ['elsewhere.test'] }
    const three = await checkPolicy({
      certificate,
      zone: (identity) => ({ [tlsaName]: { TLSA: [tlsaOf(identity)], secure: true } }),
    })
    expect(three.result).toMatchObject({ verdict: 'authenticated', grade: 'A' })
    const two = await checkPolicy({
      certificate: { ...certificate, intermediate: true },
      zone: ({ cert, key }) => ({ [tlsaName]: { TLSA: [tlsaOf({ key, cert: secondOf(cert) }, 2)], secure: true } }),
    })
    expect(two.result).toMatchObject({ verdict: 'unauthenticated', cause: 'dane-mismatch', grade: 'D' })
    expect(two.findings['dane-mismatch']).toContain(`the certificate is not for ${mx}`)
    const right = await checkPolicy({
      certificate: { intermediate: true },
      zone: ({ cert, key }) => ({ ...rpt, [tlsaName]: { TLSA: [tlsaOf({ key, cert: secondOf(cert) }, 2)], secure: true } }),
    })
    expect(right.result).toMatchObject({ verdict: 'authenticated', grade: 'A' })
    expect(right.findings).toEqual({})
  })

  it.each([
    ['only usages 0 and 1', { usage: 1 }],
    ['an unknown selector', { selector: 7 }],
    ['an unknown matching type', { matchingType: 9 }],
    ['a digest that is too short', { data: Buffer.alloc(20) }],
  ])('case 70: records with %s are unusable: TLS is mandatory, and proves nothing', async (_, change) => {
    const zone = () => ({ [tlsaName]: { TLSA: [{ ...otherTlsa, ...change }], secure: true } })
    const { result, findings, exit } = await checkPolicy({ zone })
    expect(result).toMatchObject({ verdict: 'valid', hosts: [{ demand: { level: 'encrypted', met: true } }] })
    expect(findings['dane-unusable']).toMatch(/^medium: mx\.example\.test: no TLSA record of mx\.example\.test can be used/)
    expect(exit).toBe(0)
  })

  it('case 71: one of two that matches is a rollover in place', async () => {
    const zone = (identity: Parameters<typeof tlsaOf>[0]) => ({
      ...rpt,
      [tlsaName]: { TLSA: [otherTlsa, tlsaOf(identity), { ...otherTlsa, usage: 0 }], secure: true },
    })
    const { result, findings } = await checkPolicy({ zone })
    expect(result).toMatchObject({ verdict: 'authenticated', grade: 'A' })
    expect(findings).toEqual({
      'dane-rollover': 'info: TLSA 3 1 1 matches; rollover in place, 1 more with no match yet',
      'dane-record-unusable': `low: ${mx}: 0 1 1 (usages 0 and 1 are not for SMTP)`,
    })
  })

  it('case 71: none that matches: mail must wait, though MTA-STS would pass', async () => {
    const { result, findings, exit } = await checkPolicy({
      policy: goodPolicy,
      zone: () => ({ [tlsaName]: { TLSA: [otherTlsa], secure: true } }),
    })
    expect(result).toMatchObject({ verdict: 'unauthenticated', cause: 'dane-mismatch', grade: 'D' })
    expect(result.hosts).toMatchObject([{ listed: true, dane: { match: 'failed' }, demand: { met: false } }])
    expect(findings['dane-mismatch']).toMatch(/^high: no TLSA record matches the certificate/)
    expect(exit).toBe(1)
  })

  it('case 72: a look-up that fails leaves the host aside, and is no absence', async () => {
    const { result, findings, exit } = await checkPolicy({ policy: goodPolicy, zone: () => ({ [tlsaName]: 'servfail' }) })
    expect(result).toMatchObject({ verdict: 'temporary', cause: 'dane-failed', grade: '–' })
    expect(result.hosts).toMatchObject([{ dane: { kind: 'failed' }, demand: { kind: 'pass-over' } }])
    expect(findings['dane-lookup-failed']).toMatch(/^high: mx\.example\.test: looking up TLSA records at _25\._tcp/)
    expect(exit).toBe(3)
  })

  it('case 72: in an unsigned zone nothing is asked, so nothing can fail', async () => {
    const { result, asked } = await checkPolicy({ secure: { host: false }, zone: () => ({ [tlsaName]: 'servfail' }) })
    expect(result).toMatchObject({ verdict: 'valid', grade: 'B' })
    expect(asked.filter((question) => question.startsWith('TLSA'))).toEqual([])
  })

  it('case 72: signed host, unsigned MX: valid at most, and said so', async () => {
    const zone = (identity: Parameters<typeof tlsaOf>[0]) => ({ [tlsaName]: { TLSA: [tlsaOf(identity)], secure: true } })
    const { result, findings } = await checkPolicy({ secure: { mx: false }, zone, certificate: { selfSigned: true } })
    expect(result).toMatchObject({ verdict: 'valid', cause: 'dane-mx-insecure', grade: 'B' })
    expect(findings['mx-not-signed']).toBe(`low: signed and with TLSA records: ${mx}`)
    const wrong = await checkPolicy({ secure: { mx: false }, zone: () => ({ [tlsaName]: { TLSA: [otherTlsa], secure: true } }) })
    expect(wrong.result).toMatchObject({ verdict: 'unauthenticated', cause: 'dane-mismatch' })
  })

  it('case 73: a host with TLSA records and without STARTTLS is a downgrade', async () => {
    const script = { ehlo: spellReply(250, 'mx', 'SIZE'), starttls: spellReply(502, 'What?') }
    const zone = () => ({ [tlsaName]: { TLSA: [otherTlsa], secure: true } })
    const { result, findings, exit } = await checkPolicy({ script, zone })
    expect(result).toMatchObject({ verdict: 'plaintext', grade: 'F', hosts: [{ demand: { met: false } }] })
    expect(findings['dane-without-starttls']).toMatch(/^high: mx\.example\.test: the server does not offer STARTTLS/)
    expect(exit).toBe(1)
  })

  it('case 62: records of an alias stand at the name it leads to, which the server is asked for', async () => {
    const [node] = ['node7.provider.test']
    const { result, findings, sni } = await checkPolicy({
      certificate: { names: [node], selfSigned: true },
      zone: (identity) => ({
        [mx]: { CNAME: node, secure: true },
        [node]: { A: ['5.45.25.1'], secure: true },
        [`_25._tcp.${node}`]: { TLSA: [tlsaOf(identity)], secure: true },
      }),
    })
    expect(result).toMatchObject({ verdict: 'authenticated', hosts: [{ mx, dane: { baseDomain: node, match: 'matched' } }] })
    expect(sni[0]).toBe(node)
    expect(findings).toMatchObject({ 'mx-cname': `low: ${mx} is an alias of ${node}` })
  })
})

describe('clocks', () => {
  it('case 51: our own clock is held against that of the policy host', async () => {
    const date = new Date(Date.now() - 3 * 3_600_000).toUTCString()
    const { findings } = await checkPolicy({ policy: servePolicy(goodPolicy, { date }) })
    expect(findings['own-clock']).toMatch(/^low: the clock of this machine is (3 h|\d+ min) ahead of that of the policy host$/)
  })

  it.each([
    [-2, 'behind'],
    [2, 'ahead of'],
  ])('case 51: and against a date in a greeting that is %i hours off', async (hours, side) => {
    const date = new Date(Date.now() + hours * 3_600_000).toUTCString().replace('GMT', '+0000')
    const { findings } = await checkPolicy({ script: { greeting: `220 mx ESMTP Sendmail 8.18; ${date}\r\n` } })
    expect(findings['clock-apart']).toMatch(/^info: its greeting says 20/)
    expect(findings['clock-apart']).toContain(`minutes ${side} this machine`)
  })

  it('case 51: a greeting that has the right time is no finding', async () => {
    const date = new Date().toUTCString().replace('GMT', '+0000')
    expect((await checkPolicy({ script: { greeting: `220 mx ESMTP; ${date}\r\n` } })).findings).not.toHaveProperty('clock-apart')
  })
})

describe('TLS-RPT', () => {
  it.each<[string, readonly string[], string, string]>([
    [
      'two records',
      ['v=TLSRPTv1; rua=mailto:a@b.test', 'v=TLSRPTv1; rua=mailto:c@d.test'],
      'tls-rpt-several',
      'low: 2 records, which count as none',
    ],
    [
      'a bad rua alone',
      ['v=TLSRPTv1; rua=a@b.test'],
      'tls-rpt-malformed',
      'low: the record is malformed: its rua "a@b.test" has neither mailto: nor https: before it',
    ],
    ['no rua', ['v=TLSRPTv1;'], 'tls-rpt-malformed', 'low: the record is malformed: it has no rua'],
    [
      'a bad rua beside a good one',
      ['v=TLSRPTv1; rua=mailto:a@b.test,ftp://c.test'],
      'tls-rpt-rua',
      'low: its rua "ftp://c.test" is neither mailto: nor https:',
    ],
    [
      'both ways to report',
      ['v=TLSRPTv1; rua=mailto:a@b.test,https://c.test/tls'],
      'tls-rpt-mixed',
      'info: go to mailto:a@b.test, https://c.test/tls',
    ],
    ['another spelling', ['V=TLSRPTv1; rua=mailto:a@b.test'], 'tls-rpt-malformed', 'low: no record, though one comes near'],
  ])('case 74: %s', async (_, TXT, rule, evidence) => {
    const { findings } = await checkPolicy({ zone: () => ({ '_smtp._tls.example.test': { TXT } }) })
    expect(Object.keys(findings).filter((name) => name.startsWith('tls-rpt'))).toEqual([rule])
    expect(findings[rule]).toContain(evidence)
  })

  it('case 74: DNS that does not answer is not known, and no absence', async () => {
    const { result, findings } = await checkPolicy({ zone: () => ({ '_smtp._tls.example.test': 'timeout' }) })
    expect(result.tlsRpt).toMatchObject({ kind: 'temporary' })
    expect(Object.keys(findings).filter((name) => name.startsWith('tls-rpt'))).toEqual([])
  })

  it('case 74: one question is asked, in parallel with the others', async () => {
    const { asked } = await checkPolicy()
    expect(asked.filter((question) => question.includes('_smtp._tls'))).toEqual(['TXT _smtp._tls.example.test'])
  })
})

it('case 61: a domain whose MX look-up fails is temporary, whatever policy it has', async () => {
  const { result } = await checkPolicy({ policy: goodPolicy, zone: () => ({ 'example.test': 'servfail' }) })
  expect(result).toMatchObject({ verdict: 'temporary', cause: 'dns', mtaSts: { kind: 'policy' } })
})
