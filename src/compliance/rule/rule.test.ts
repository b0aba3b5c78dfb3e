import { describe, expect, it } from 'vitest'
import { type MessageParts, happy, happyHtml, keys, sampleOf, signature, small } from '../../../test/support/complianceFacts.ts'
import { checkCompliance } from '../check.ts'
import type { Level } from '../../policy/index.ts'
import type { ComplianceFacts, SecondHopFacts } from '../facts.ts'
import { rules } from './index.ts'

type Change = (facts: ComplianceFacts) => ComplianceFacts

const dns =
  (part: Partial<ComplianceFacts['dns']>): Change =>
  (facts) => ({ ...facts, dns: { ...facts.dns, ...part } })
const sender =
  (part: Partial<ComplianceFacts['sender']>): Change =>
  (facts) => ({ ...facts, sender: { ...facts.sender, ...part } })
const list =
  (part: Partial<ComplianceFacts['list']>): Change =>
  (facts) => ({ ...facts, list: { ...facts.list, ...part } })
const route =
  (part: Partial<ComplianceFacts['route']>): Change =>
  (facts) => ({ ...facts, route: { ...facts.route, ...part } })
const message =
  (parts: MessageParts): Change =>
  (facts) => ({ ...facts, samples: [sampleOf(), sampleOf(parts, 7)] })
const signed =
  (...some: readonly Partial<typeof signature>[]): Change =>
  (facts) => ({ ...facts, signatures: some.map((one) => ({ ...signature, ...one })) })
const month =
  (part: Partial<NonNullable<ComplianceFacts['history']>['month']>): Change =>
  (facts) => ({ ...facts, history: facts.history && { ...facts.history, month: { ...facts.history.month, ...part } } })
const link =
  (answer: NonNullable<ComplianceFacts['link']>['answer']): Change =>
  (facts) => ({ ...facts, link: { baseUrl: 'https://news.shop.com', answer } })
const tracking =
  (part: Partial<NonNullable<ComplianceFacts['tracking']>>): Change =>
  (facts) => ({ ...facts, tracking: facts.tracking && { ...facts.tracking, ...part } })
const html = (more: string): Change => message({ html: `${happyHtml}${more}` })
const spf = (part: object): Change =>
  dns({
    spf: {
      ...(happy.dns.spf.kind === 'record'
        ? happy.dns.spf
        : {
            kind: 'record' as const,
            text: '',
            lookups: 0,
            domains: [],
            everyone: undefined,
            faults: [],
            unanswered: [],
            ptr: false,
          }),
      ...part,
    },
  })
const policy = (part: object): Change =>
  dns({
    dmarc: {
      ...happy.dns.dmarc,
      record: { ...(happy.dns.dmarc.kind === 'found' ? happy.dns.dmarc.record : {}), ...part },
    } as ComplianceFacts['dns']['dmarc'],
  })
const failed = { address: '198.51.100.1', spf: { result: 'fail' as const, reason: '-all of shop.com', lookups: 0, domains: [] } }
const late = { kind: 'temporary' as const, detail: 'timeout' }
const relay = {
  kind: 'relay' as const,
  host: 'smtp.sendgrid.net',
  provider: { id: 'sendgrid', name: 'SendGrid', switch: 'enforced_tls', secondHop: undefined },
}

const hop = (secondHop: SecondHopFacts, level: Level = 'encrypted'): Change =>
  route({ ...relay, level, provider: { ...relay.provider, secondHop } })
const reading = (level: Level | undefined): Extract<SecondHopFacts, { kind: 'read' }> => ({
  kind: 'read',
  switches: [{ holder: 'domain shop.com', settings: 'tls=x', level }],
  certain: true,
  limit: 'its limit',
  command: 'sealpost esp policy',
})

/** The happy campaign with one thing changed, and what the rule then says: severity and a part of the evidence. */
const table: readonly (readonly [rule: string, change: Change, severity: string, evidence: string])[] = [
  ['spf-missing', dns({ spf: { kind: 'none' } }), 'error', 'shop.com'],
  ['spf-missing', dns({ spf: late }), 'untested', 'timeout'],
  ['spf-invalid', dns({ spf: { kind: 'several', count: 2 } }), 'error', '2 SPF records'],
  ['spf-invalid', spf({ faults: [{ domain: 'a.com', why: 'ipv4: it is no term of SPF' }] }), 'error', 'a.com: ipv4'],
  ['spf-invalid', spf({ unanswered: ['a.com'] }), 'untested', 'a.com'],
  ['spf-lookups', spf({ lookups: 11 }), 'error', '11 look-ups'],
  ['spf-lookups', spf({ unanswered: ['a.com'] }), 'untested', 'may cost more'],
  ['spf-everyone', spf({ everyone: 'a.com' }), 'error', 'a.com'],
  ['spf-fails', dns({ spfResults: [failed] }), 'error', '198.51.100.1: fail, -all of shop.com'],
  ['spf-fails', dns({ spfResults: [], addressesUnknown: 'private' }), 'untested', 'private'],
  ['spf-fails', dns({ spfResults: [{ ...failed, spf: { ...failed.spf, result: 'temperror' } }] }), 'untested', '198.51.100.1'],
  ['spf-relay', (facts) => dns({ spfNamesRelay: false })(route(relay)(facts)), 'warning', 'SendGrid'],
  ['spf-relay', route(relay), 'untested', 'SendGrid'],
  ['dkim-missing', signed(), 'error', 'has none'],
  ['dkim-missing', (facts) => route(relay)(signed()(facts)), 'untested', 'relay'],
  ['dkim-unpublished', signed({ key: { kind: 'absent' }, result: 'unusable-key' }), 'error', 's1._domainkey.shop.com'],
  ['dkim-unpublished', signed({ key: { kind: 'revoked' }, result: 'unusable-key' }), 'error', 'withdrawn'],
  ['dkim-unpublished', signed({ key: late, result: 'temporary' }), 'untested', 's1._domainkey.shop.com'],
  ['dkim-differs', signed({ result: 'key-differs' }), 'error', 'another key'],
  ['dkim-differs', signed({ result: 'body-differs' }), 'error', 'changed after'],
  ['dkim-weak', signed({ key: keys.short }), 'warning', '1024 bits'],
  ['dkim-testing', signed({ key: { ...keys.good, testing: true } as typeof keys.good }), 'warning', 't=y'],
  ['authentication-missing', (facts) => dns({ spfResults: [failed] })(signed()(facts)), 'error', 'no signature'],
  ['authentication-missing', (facts) => dns({ spf: late })(signed()(facts)), 'untested', 'DNS'],
  ['dmarc-missing', dns({ dmarc: { kind: 'none' } }), 'error', '_dmarc.shop.com'],
  ['dmarc-missing', dns({ dmarc: late }), 'untested', 'timeout'],
  ['dmarc-invalid', dns({ dmarc: { kind: 'several', at: 'shop.com', count: 2 } }), 'error', '2 records'],
  [
    'dmarc-invalid',
    dns({
      dmarc: {
        kind: 'found',
        at: 'shop.com',
        applies: undefined,
        record: { kind: 'malformed', why: 'it has no p=', text: 'v=DMARC1' },
      },
    }),
    'error',
    'it has no p=',
  ],
  ['dmarc-invalid', policy({ assumed: true }), 'warning', 'p='],
  ['dmarc-invalid', policy({ odd: ['pct='] }), 'info', 'pct='],
  [
    'dmarc-alignment',
    (facts) => dns({ spfResults: [failed] })(signed({ domain: 'other.com' })(facts)),
    'error',
    'signed by other.com',
  ],
  [
    'dmarc-alignment',
    (facts) =>
      policy({ dkim: 'strict', spf: 'strict' })(
        sender({ envelopeDomain: 'b.shop.com' })(signed({ domain: 'n.shop.com' })(facts)),
      ),
    'error',
    'n.shop.com',
  ],
  ['dmarc-none', dns({ dmarc: { ...happy.dns.dmarc, applies: 'none' } as ComplianceFacts['dns']['dmarc'] }), 'info', 'shop.com'],
  ['from-no-mail', dns({ from: { kind: 'nxdomain' } }), 'error', 'does not exist'],
  ['from-no-mail', dns({ from: { kind: 'no-address' } }), 'error', 'neither MX nor address'],
  ['from-no-mail', dns({ from: late }), 'untested', 'timeout'],
  ['from-null-mx', dns({ from: { kind: 'null-mx' } }), 'error', 'shop.com'],
  ['from-free-mail', sender({ domain: 'gmail.com' }), 'error', 'gmail.com'],
  ['from-example', sender({ domain: 'news.example.org' }), 'error', 'example.org'],
  ['from-example', sender({ domain: 'shop.test' }), 'error', 'shop.test'],
  ['sender-name', sender({ name: '' }), 'warning', 'no name'],
  ['sender-name', sender({ name: 'news@shop.com' }), 'warning', 'news@shop.com'],
  ['reverse-missing', dns({ reverse: [{ address: '198.51.100.1', name: { kind: 'none' } }] }), 'error', '198.51.100.1'],
  ['reverse-missing', dns({ reverse: [{ address: '198.51.100.1', name: late }] }), 'untested', 'timeout'],
  ['reverse-missing', dns({ reverse: [], addressesUnknown: 'private' }), 'untested', 'private'],
  [
    'reverse-unconfirmed',
    dns({ reverse: [{ address: '198.51.100.1', name: { kind: 'names', names: ['host.isp.net'], confirmed: undefined } }] }),
    'error',
    'host.isp.net',
  ],
  ['tls-optional', route({ level: 'opportunistic' }), 'warning', 'opportunistic'],
  ['tls-unreached', route({ foreseen: { send: 1, hold: 2, later: 3, fail: 4 } }), 'warning', '2 would be held, 4 would fail'],
  ['tls-unreached', route({ foreseen: { send: 1, hold: 0, later: 3, fail: 0 } }), 'untested', '3 recipients'],
  ['tls-second-hop', route(relay), 'untested', 'enforced_tls; there is no API'],
  ['tls-second-hop', hop({ kind: 'unread', why: 'no key' }), 'untested', 'enforced_tls; no key'],
  [
    'tls-second-hop',
    hop(reading('opportunistic')),
    'warning',
    'domain shop.com is opportunistic (tls=x). To demand it: sealpost',
  ],
  ['tls-second-hop', hop({ ...reading('valid'), switches: [] }), 'warning', 'nothing is set up'],
  ['tls-second-hop', hop(reading('opportunistic'), 'opportunistic'), 'info', 'opportunistic (tls=x)'],
  ['tls-second-hop', hop(reading(undefined)), 'untested', 'domain shop.com is not told'],
  ['tls-second-hop', hop({ ...reading('encrypted'), certain: false }), 'info', 'its limit'],
  ['tls-second-hop', hop(reading('encrypted'), 'valid'), 'info', 'the campaign asks for valid'],
  ['tls-second-hop', route({ ...relay, provider: { ...relay.provider, switch: undefined } }), 'info', 'documents no switch'],
  ['tls-second-hop', route({ ...relay, provider: undefined }), 'untested', 'smtp.sendgrid.net'],
  ['unsubscribe-missing', message({ headers: { 'List-Unsubscribe': null } }), 'error', 'line 7'],
  ['unsubscribe-one-click', message({ headers: { 'List-Unsubscribe': '<mailto:u@shop.com>' } }), 'error', 'mailto:u@shop.com'],
  ['unsubscribe-one-click', message({ headers: { 'List-Unsubscribe': '<http://shop.com/u>' } }), 'error', 'http://shop.com/u'],
  ['unsubscribe-one-click', message({ headers: { 'List-Unsubscribe-Post': null } }), 'error', 'no List-Unsubscribe-Post'],
  ['unsubscribe-unanswered', link({ kind: 'failed', step: 'post', why: 'it answers 405' }), 'error', 'one click: it answers 405'],
  ['unsubscribe-unanswered', link({ kind: 'failed', step: 'get', why: '\u001b[2J' }), 'error', '\\x1b[2J'],
  ['unsubscribe-unanswered', link({ kind: 'untested', why: 'there is no key' }), 'untested', 'not tested: there is no key'],
  ['unsubscribe-unsigned', signed({ headers: ['from', 'list-unsubscribe'] }), 'error', 'h='],
  ['unsubscribe-invisible', message({ html: '<p>Buy</p>', text: 'Buy' }), 'warning', 'neither'],
  ['unsubscribe-invisible', message({ html: '<p>Buy</p>' }), 'info', 'one of'],
  ['postal-address', message({ html: '<p>Buy</p>', text: 'Buy at Example Street' }), 'warning', 'identity.address'],
  [
    'postal-address',
    (facts) => message({ html: '<p>Buy</p>', text: 'Buy 5 things' })(sender({ identity: undefined })(facts)),
    'warning',
    'looks like one',
  ],
  ['identity-missing', message({ html: '<p>Buy</p>', text: 'Buy' }), 'warning', 'Shop Ltd'],
  ['subject-empty', message({ subject: ' ' }), 'error', 'line 7'],
  ['subject-false-reply', message({ subject: 'RE: your order' }), 'warning', 'RE: your order'],
  ['subject-false-reply', message({ subject: 'Fwd: look' }), 'warning', 'Fwd:'],
  ['subject-capitals', message({ subject: 'SPRING IS HERE' }), 'warning', 'SPRING'],
  ['subject-capitals', message({ subject: 'Now!!!' }), 'warning', 'Now'],
  ['subject-long', message({ subject: 'a'.repeat(79) }), 'info', '79'],
  ['subject-long', message({ subject: 'a'.repeat(151) }), 'warning', '151'],
  ['preheader-missing', message({ html: happyHtml.replace('display:none', '') }), 'info', 'line 7'],
  ['size-clipped', html('x'.repeat(102_001)), 'warning', 'kB'],
  ['size-clipped', html('x'.repeat(92_001)), 'info', 'near'],
  [
    'size-large',
    message({
      attachments: [`Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n${'x'.repeat(1_100_000)}`],
    }),
    'info',
    'kB',
  ],
  ['text-missing', message({ text: ' ' }), 'warning', 'HTML alone'],
  ['image-heavy', message({ html: '<img src=a alt=a><img src=b alt=b><p>Buy now. Unsubscribe</p>' }), 'warning', '2 images'],
  ['image-alt', html('<img src="https://shop.com/b.png">'), 'warning', 'https://shop.com/b.png'],
  ['link-plaintext', html('<a href="http://shop.com/x">x</a>'), 'warning', 'http://shop.com/x'],
  ['link-shortener', html('<a href="https://bit.ly/x">x</a>'), 'warning', 'bit.ly'],
  ['link-address', html('<a href="https://192.0.2.1/x">x</a>'), 'warning', '192.0.2.1'],
  ['link-address', html('<a href="https://[2001:db8::1]/x">x</a>'), 'warning', '2001:db8'],
  ['link-local', html('<a href="http://localhost:3000/x">x</a>'), 'error', 'localhost'],
  ['link-local', html('<a href="https://shop.test/x">x</a>'), 'error', 'shop.test'],
  ['link-broken', html('<a href="/spring">x</a>'), 'warning', '/spring'],
  ['link-broken', html('<a href="https:/shop.com/x">x</a>'), 'warning', 'https:/shop.com'],
  ['link-broken', html('<a href="">x</a>'), 'warning', 'empty'],
  ['link-broken', html('<a href="mailto:nobody">x</a>'), 'warning', 'mailto'],
  ['link-mismatch', html('<a href="https://evil.com/x">www.shop.com</a>'), 'warning', 'evil.com'],
  ['link-foreign', (facts) => sender({ domain: 'brand.com' })(facts), 'info', 'shop.com'],
  ['link-plaintext', tracking({ targets: ['http://shop.com/x'] }), 'warning', 'http://shop.com/x'],
  ['link-shortener', tracking({ targets: ['https://bit.ly/x'] }), 'warning', 'bit.ly'],
  ['tracking-domain', tracking({ baseUrl: 'http://news.shop.com' }), 'error', 'http://news.shop.com'],
  ['tracking-domain', tracking({ baseUrl: 'https://clicks.example.net' }), 'warning', 'clicks.example.net is none of shop.com'],
  [
    'tracking-withdrawal',
    tracking({ baseUrl: 'https://other.shop.com' }),
    'warning',
    'line 2: there is no link to https://other.shop.com/t/',
  ],
  ['tracking-withdrawal', message({ text: 'Nothing' }), 'info', 'one of text and HTML'],
  ['tracking-consent', tracking({ consent: undefined }), 'warning', '30000 of 30000 rows have something in consent_at'],
  [
    'tracking-consent',
    (facts) => list({ consent: undefined })(tracking({ consent: undefined, opens: false })(facts)),
    'warning',
    'clicks are counted, and no column',
  ],
  [
    'attachment-risky',
    message({ attachments: ['Content-Type: application/zip\r\nContent-Disposition: attachment; filename="offer.exe"\r\n\r\nx'] }),
    'error',
    'offer.exe',
  ],
  [
    'attachment-risky',
    message({ attachments: ['Content-Type: application/zip\r\nContent-Disposition: attachment; filename="plan.xlsm"\r\n\r\nx'] }),
    'warning',
    'plan.xlsm',
  ],
  ['header-precedence', message({ headers: { Precedence: null } }), 'info', 'Precedence'],
  ['header-date', message({ headers: { Date: null } }), 'error', 'missing'],
  ['header-date', message({ headers: { Date: 'Wed, 18 Nov 2026 12:00:00 +0000' } }), 'warning', '18 Nov'],
  ['header-message-id', message({ headers: { 'Message-ID': null } }), 'error', 'missing'],
  ['header-message-id', message({ headers: { 'Message-ID': 'nonsense' } }), 'error', 'nonsense'],
  ['header-twice', message({ headers: { Subject: ['one', 'two'] } }), 'error', 'subject'],
  [
    'message-unmade',
    (facts) => ({ ...facts, unmade: [{ line: 9, why: 'the name is too long' }] }),
    'warning',
    'line 9: the name',
  ],
  ['complaints-high', month({ complaints: 2_700 }), 'error', '0.30 %'],
  ['complaints-high', month({ complaints: 900 }), 'warning', '0.10 %'],
  ['bounces-high', month({ hardBounces: 18_000 }), 'warning', '2.0 %'],
  ['volume-bulk', (facts) => facts, 'info', 'Gmail: 18000'],
  ['volume-jump', (facts) => ({ ...facts, history: undefined }), 'warning', '30000 within a day, after 0'],
  ['consent-missing', list({ consent: undefined }), 'warning', 'no column'],
  ['consent-missing', list({ consent: { column: 'optin', filled: 29_000 } }), 'warning', '1000 of 30000'],
  ['list-old', list({ writtenAt: happy.now - 200 * 86_400_000 }), 'info', '200 days'],
  ['list-old', list({ writtenAt: happy.now - 400 * 86_400_000 }), 'warning', '400 days'],
  ['list-roles', list({ roles: 2, roleExamples: ['abuse@a.com'] }), 'warning', 'abuse@a.com'],
  ['list-duplicates', list({ duplicates: 5 }), 'info', '5'],
  ['list-invalid', list({ invalid: 3_000 }), 'warning', '3000'],
  ['list-invalid', list({ invalid: 3 }), 'info', '3'],
]

const all = { off: [], level: 'block' } as const

describe('rules', () => {
  it('say nothing of a campaign that keeps to them, but that it is bulk', () => {
    const { findings, verdict, kept } = checkCompliance(happy, all)
    expect(findings.map(({ rule, evidence }) => [rule, evidence])).toEqual([['volume-bulk', expect.any(String)]])
    expect(verdict).toBe('ready')
    // Three are about relays alone.
    expect(kept.length).toBe(rules.length - 3)
  })

  it('say nothing of a small one either', () => {
    expect(checkCompliance(small, all)).toMatchObject({ findings: [], verdict: 'ready' })
  })

  it.each(table)('%s (%#)', (id, change, severity, evidence) => {
    const found = checkCompliance(change(happy), all).findings.find(({ rule }) => rule === id)
    expect(found).toMatchObject({ severity, evidence: expect.stringContaining(evidence) as string })
  })

  it('know the link of List-Unsubscribe for a way out, whatever words stand beside it', () => {
    const link = 'https://news.shop.com/u/aeaaaaaaaaaadctziukhfw'
    const { findings } = checkCompliance(
      message({
        headers: { 'List-Unsubscribe': `<${link}>, <mailto:out@shop.com>` },
        html: `<p>Buy</p><a href="${link}">Genug von uns</a>`,
        text: `Buy\nGenug: ${link}`,
      })(happy),
      all,
    )
    expect(findings.map(({ rule }) => rule)).not.toContain('unsubscribe-invisible')
  })

  it('are all in the table, and each has a name of its own', () => {
    expect(new Set(table.map(([id]) => id))).toEqual(new Set(rules.map(({ id }) => id)))
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  })

  it('cite the page of each receiver whose rule they are', () => {
    const pages = {
      gmail: 'support.google.com',
      yahoo: 'senders.yahooinc.com',
      outlook: 'sendersupport.olc.protection.outlook.com',
    }
    for (const { id, receivers, sources } of rules)
      for (const receiver of receivers)
        expect(
          sources.map(({ url }) => new URL(url).host),
          `${id}, ${receiver}`,
        ).toContain(pages[receiver])
  })

  it('say of every source that is no RFC when it was read', () => {
    for (const { id, sources } of rules)
      for (const { title, readOn } of sources)
        if (!title.startsWith('RFC ')) expect(readOn, `${id}: ${title}`).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })

  it('come to no more than they say', () => {
    const weight = { error: 3, warning: 2, info: 1, untested: 0 }
    for (const [id, change] of table)
      for (const finding of checkCompliance(change(happy), all).findings) {
        const rule = rules.find((one) => one.id === finding.rule)
        expect(weight[finding.severity], `${id}: ${finding.rule}`).toBeLessThanOrEqual(weight[rule?.severity ?? 'info'])
      }
  })

  it('hold a small sender back for what is asked of bulk senders by no more than a warning', () => {
    for (const id of ['spf-missing', 'dkim-missing', 'dmarc-missing', 'unsubscribe-missing']) {
      const row = table.find(([rule]) => rule === id)
      const found = row && checkCompliance(row[1](small), all).findings.find(({ rule }) => rule === id)
      expect(found?.severity, id).toBe('warning')
    }
  })
})

describe('checkCompliance', () => {
  const broken = signed()(happy)

  it('says ready, ready with warnings, or not ready', () => {
    expect(checkCompliance(broken, all).verdict).toBe('not ready')
    expect(checkCompliance(list({ roles: 1 })(happy), all).verdict).toBe('ready with warnings')
    // What was not tested is not known to be right.
    expect(checkCompliance(dns({ spf: late })(happy), all).verdict).toBe('ready with warnings')
  })

  it('leaves out what is switched off, and stops nothing where it is told to warn', () => {
    expect(checkCompliance(broken, { ...all, off: ['dkim-missing', 'unsubscribe-unsigned'] }).verdict).toBe('ready')
    expect(checkCompliance(broken, { ...all, level: 'warn' })).toMatchObject({
      verdict: 'ready with warnings',
      softened: 'the settings say compliance.level: warn',
    })
  })

  it('stops nothing where all recipients are in a world of tests', () => {
    const { verdict, softened } = checkCompliance(list({ public: 0 })(broken), all)
    expect({ verdict, softened }).toEqual({
      verdict: 'ready with warnings',
      softened: 'every recipient is in a domain that is set aside for tests',
    })
  })

  it('puts errors first', () => {
    const { findings } = checkCompliance(list({ roles: 1, duplicates: 1 })(broken), all)
    const severities = findings.map(({ severity }) => severity)
    expect(severities[0]).toBe('error')
    expect(severities).toEqual(
      severities.toSorted(
        (a, b) => ['error', 'warning', 'untested', 'info'].indexOf(a) - ['error', 'warning', 'untested', 'info'].indexOf(b),
      ),
    )
  })
})
