import { expect, it } from 'vitest'
import { type ReportSource, buildReport, printPage, printReport, printShare, printTable } from './index.ts'

const group = { domain: 'x.test', state: 'sent', verdict: 'valid', tls: 'TLSv1.3 C', reason: '250 ok', count: 3 }
const source: ReportSource = {
  campaign: 'spring',
  from: 'Shop <news@shop.example>',
  subject: 'Hello',
  level: 'encrypted',
  startedAt: 0,
  now: 1000,
  software: 'sealpost/test',
  intake: { accepted: 10, duplicates: 2, invalid: 1, suppressed: 0 },
  outcomes: [
    group,
    { ...group, domain: 'y.test', state: 'held', verdict: 'plaintext', tls: null, reason: 'no STARTTLS', count: 4 },
    { ...group, domain: 'z.test', state: 'deferred', verdict: 'refused', tls: null, reason: '421', count: 2 },
    { ...group, domain: 'z.test', state: 'waiting', verdict: 'not-tested', tls: null, reason: '', count: 1 },
  ],
  evidence: { status: 'intact', entries: 12, root: 'ab', key: 'cd', failure: null, where: null, why: null },
}

it('counts what was sent, held and put off, and never what was not tried', () => {
  const report = buildReport(source)
  expect(report.summary).toEqual({
    total: 10,
    sent: 3,
    held: 4,
    deferred: 2,
    failed: 0,
    dropped: 0,
    exported: 0,
    suppressed: 0,
    waiting: 1,
    encrypted: 3,
    authenticated: 0,
    valid: 3,
    unauthenticated: 0,
    plaintext: 0,
  })
  expect(report.domains.map((line) => [line.domain, line.total])).toEqual([
    ['y.test', 4],
    ['x.test', 3],
    ['z.test', 3],
  ])
  expect(report.tls).toEqual([{ tls: 'TLSv1.3 C', count: 3 }])
})

it('says plainly when messages travelled in plaintext, and when the log was changed', () => {
  const report = buildReport({
    ...source,
    level: 'opportunistic',
    outcomes: [{ ...group, verdict: 'plaintext', tls: null }],
    evidence: { ...source.evidence, status: 'changed', failure: 'entry-wrong', where: 'tile/entries/000', why: 'cut' },
  })
  const text = printReport(report)
  expect(text).toContain('3 of them travelled in plaintext')
  expect(text).toContain('does NOT verify: tile/entries/000, cut')
  expect(text).not.toContain('travelled encrypted.')
})

it('shows hostile text in text and HTML without obeying it (case 77)', () => {
  const hostile = '<script>alert(1)</script>\u001b[2J" onmouseover="x'
  const report = buildReport({
    ...source,
    subject: hostile,
    from: hostile,
    outcomes: [{ ...group, state: 'held', domain: hostile, reason: hostile, tls: null }],
  })
  const page = printPage(report)
  expect(page).not.toContain('<script')
  expect(page).not.toContain('\u001b')
  expect(page).not.toMatch(/[^;]" onmouseover="x/)
  expect(printReport(report)).not.toContain('\u001b')
})

it('never rounds up to all nor down to none', () => {
  expect([
    printShare(999_999, 1_000_000),
    printShare(1, 1_000_000),
    printShare(1, 2),
    printShare(0, 5),
    printShare(5, 5),
    printShare(0, 0),
  ]).toEqual(['99.9%', '0.1%', '50%', '0%', '100%', '–'])
})

it('lines columns up, numbers to the right', () => {
  expect(
    printTable(
      ['a', 'count'],
      [
        ['x', 1],
        ['long', 1000],
      ],
    ),
  ).toBe('a     count\nx         1\nlong  1,000')
})

it('tells what was taken out of the queue, in a column of its own', () => {
  const group = { domain: 'x.test', verdict: 'plaintext', tls: null, reason: 'by hand' }
  const report = buildReport({
    ...source,
    outcomes: [
      { ...group, state: 'dropped', count: 2 },
      { ...group, state: 'exported', count: 3 },
      { ...group, state: 'deferred', count: 4 },
    ],
  })
  expect(report.summary).toMatchObject({ total: 9, dropped: 2, exported: 3, deferred: 4, waiting: 0 })
  expect(printReport(report)).toMatch(/2 were dropped unsent[^]*3 were exported unsent[^]*taken out/)
  expect(printPage(report)).toContain('<th class="n">Taken out</th>')
  expect(printPage(buildReport(source))).not.toContain('Taken out')
})
