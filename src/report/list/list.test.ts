import { describe, expect, it } from 'vitest'
import { findMailboxProvider } from '../../provider/index.ts'
import type { SetResult, SweptDomain, SweptSet } from '../../sweep/index.ts'
import { type ListReportSource, type Standing, buildListReport, printListReport } from './index.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const ago = (seconds: number): string => new Date(now - seconds * 1_000).toISOString()

const fine: SetResult = {
  verdict: 'valid',
  cause: 'pkix',
  words: 'encrypted',
  best: 'valid',
  grade: 'B',
  rules: [],
  hosts: [{ mx: 'mx.test', address: '5.45.25.1', verdict: 'valid', cause: 'pkix', grade: 'B' }],
  checkedAt: ago(5),
}
const resultOf = (result: Partial<SetResult> = {}): SetResult => ({ ...fine, ...result })

/** Domains that share a set of hosts. */
function share(
  mx: string,
  counts: Readonly<Record<string, number>>,
  result: SetResult | undefined,
  recalled = false,
): SweptDomain[] {
  const domains = Object.entries(counts)
  const set: SweptSet = {
    mx: { ranks: [[mx]], implicit: false, nullAmongOthers: false, secure: false },
    provider: findMailboxProvider(mx),
    domains: domains.length,
    recipients: domains.reduce((sum, [, count]) => sum + count, 0),
    result,
    recalled,
  }
  return domains.map(([domain, recipients]) => ({ domain, recipients, set }))
}

function nowhere(domain: string, recipients: number): SweptDomain {
  const result = resultOf({ verdict: 'no-mail', cause: 'nxdomain', words: 'the domain does not exist', grade: '–', hosts: [] })
  return { domain, recipients, set: { mx: undefined, provider: undefined, domains: 1, recipients, result, recalled: false } }
}

const standings: Readonly<Record<string, Standing>> = {
  valid: 'met',
  unauthenticated: 'below',
  plaintext: 'below',
  unreachable: 'untested',
  'no-mail': 'no-mail',
}

function reportOn(domains: readonly SweptDomain[], source: Partial<ListReportSource> = {}) {
  return buildListReport({
    path: 'list.csv',
    level: 'encrypted',
    interrupted: false,
    now,
    software: 'sealpost test',
    invalid: 0,
    sample: [],
    domains,
    standingOf: ({ verdict }) => standings[verdict] ?? 'untested',
    ...source,
  })
}

const plaintext = resultOf({
  verdict: 'plaintext',
  cause: 'not-offered',
  words: 'the server does not offer it',
  grade: 'F',
  rules: ['starttls-not-offered'],
})

describe('the report on a list', () => {
  it('rolls names that differ by customer up to their provider', () => {
    const { providers } = reportOn([
      ...share('a-example.mail.protection.outlook.com', { 'a.example': 10 }, resultOf()),
      ...share('b-example.mail.protection.outlook.com', { 'b.example': 5 }, resultOf({ grade: 'D' })),
      ...share('c.mx.microsoft', { 'c.example': 1 }, plaintext),
      ...share('aspmx.l.google.com', { 'd.example': 3, 'e.example': 2 }, resultOf()),
      ...share('mx.f.example', { 'f.example': 4 }, undefined),
      nowhere('g.example', 1),
    ])
    expect(providers).toEqual([
      {
        id: 'microsoft',
        name: 'Microsoft 365 and Outlook.com',
        recipients: 16,
        domains: 3,
        met: 15,
        below: 1,
        untested: 0,
        unknown: 0,
        grade: 'F',
      },
      {
        id: 'google',
        name: 'Google (Gmail and Workspace)',
        recipients: 5,
        domains: 2,
        met: 5,
        below: 0,
        untested: 0,
        unknown: 0,
        grade: 'B',
      },
      {
        id: null,
        name: 'nobody in the directory',
        recipients: 5,
        domains: 2,
        met: 0,
        below: 0,
        untested: 0,
        unknown: 4,
        grade: '–',
      },
    ])
  })

  it('counts recipients and domains by verdict, by grade and by finding', () => {
    const report = reportOn([
      ...share('mx.a.test', { 'a.test': 70, 'b.test': 20 }, resultOf()),
      ...share('mx.c.test', { 'c.test': 9 }, plaintext),
      nowhere('d.test', 1),
    ])
    expect(report.list).toMatchObject({ recipients: 100, domains: 4 })
    expect(report.verdicts).toEqual([
      { verdict: 'valid', recipients: 90, domains: 2 },
      { verdict: 'plaintext', recipients: 9, domains: 1 },
      { verdict: 'no-mail', recipients: 1, domains: 1 },
    ])
    expect(report.grades).toEqual([
      { grade: 'B', recipients: 90, domains: 2 },
      { grade: 'F', recipients: 9, domains: 1 },
      { grade: '–', recipients: 1, domains: 1 },
    ])
    expect(report.rules).toEqual([{ rule: 'starttls-not-offered', recipients: 9, domains: 1 }])
    expect(report.summary).toEqual({
      met: { recipients: 90, domains: 2 },
      below: { recipients: 9, domains: 1 },
      untested: { recipients: 0, domains: 0 },
      'no-mail': { recipients: 1, domains: 1 },
      unknown: { recipients: 0, domains: 0 },
    })
  })

  it('case 78: ties every domain to its hosts, each set of which stands there once', () => {
    const report = reportOn([...share('mx.a.test', { 'a.test': 3, 'b.test': 1 }, resultOf()), nowhere('d.test', 1)])
    expect(report.domains.map(({ domain, set, sharedBy }) => [domain, set, sharedBy])).toEqual([
      ['a.test', 0, 2],
      ['b.test', 0, 2],
      ['d.test', null, 1],
    ])
    expect(report.sets).toMatchObject([{ mx: [['mx.a.test']], recipients: 4, domains: 2, hosts: [{ address: '5.45.25.1' }] }])
  })

  it.each([
    [5, 'just now'],
    [300, '5 min ago'],
    [7_200, '2 h ago'],
    [200_000, '2 days ago'],
  ])('case 66: shows that an answer shared by a thousand domains is %d s old: %s', (seconds, words) => {
    const counts = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`d${index}.test`, 1]))
    const report = reportOn(share('mx.a.test', counts, { ...plaintext, checkedAt: ago(seconds) }, true))
    expect(report.domains[0]).toMatchObject({ sharedBy: 1_000, ageSeconds: seconds, checkedAt: ago(seconds) })
    const text = printListReport(report)
    expect(text).toMatch(new RegExp(`^d0\\.test .* ${words} +the server does not offer it \\(as 999 more domains there\\)$`, 'm'))
    expect(text).toContain(`1 mail server looked at, 1 of them by an earlier run (the oldest answer is from ${words})`)
    expect(text).toContain('… and 980 more such domains: --json has them all')
  })

  it('says what to do, the provider that stands before most people first', () => {
    const { advice } = reportOn(
      [
        ...share('mx.small.test', { 'small.test': 30 }, plaintext),
        ...share('a.mail.protection.outlook.com', { 'a.test': 60 }, plaintext),
        ...share('aspmx.l.google.com', { 'b.test': 5 }, resultOf({ verdict: 'unreachable', grade: '–' })),
        nowhere('c.test', 5),
      ],
      { invalid: 2 },
    )
    expect(advice.map((sentence) => sentence.slice(0, 50))).toEqual([
      '90 recipients (90%) below level encrypted: Sealpos',
      'Ask Microsoft 365 and Outlook.com first: its serve',
      'Ask small.test, with 30 recipients; sealpost check',
      '5 recipients (5%) at domains whose servers could n',
      '5 recipients (5%) at domains that take no mail, mo',
      '2 rows of the list cannot be sent to at all; sealp',
    ])
  })

  it('says that a lower level would do where certificates are all that is wrong', () => {
    const domains = share('mx.a.test', { 'a.test': 1 }, resultOf({ verdict: 'unauthenticated', grade: 'C' }))
    expect(reportOn(domains, { level: 'valid' }).advice.join('\n')).toContain('The level encrypted would reach them')
    expect(reportOn(share('mx.a.test', { 'a.test': 1 }, plaintext), { level: 'valid' }).advice.join('\n')).not.toContain(
      'The level encrypted',
    )
  })

  it('case 77: shows what servers and lists say without obeying it', () => {
    const hostile = '\u001b[2J\u202egpj.exe\u0000'
    const domains = share(`mx${hostile}`, { [`d${hostile}`]: 1 }, { ...plaintext, words: hostile, quote: hostile })
    const text = printListReport(reportOn(domains, { path: hostile }))
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(text).toContain('\\x1b[2J')
  })

  it('keeps to the width of the terminal in its tables', () => {
    const domains = share('mx.a.test', { [`${'a'.repeat(60)}.test`]: 1 }, { ...plaintext, quote: 'x'.repeat(200) })
    const tables = printListReport(reportOn(domains), 80).split('What to do')[0] ?? ''
    const rows = tables.split('\n').filter((line) => line.startsWith('domain ') || line.startsWith('aaa'))
    expect(rows).toHaveLength(2)
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(80)
  })
})
