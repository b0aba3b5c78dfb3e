import { describe, expect, it } from 'vitest'
import { buildRecord } from './build.ts'
import { printRecordCsv } from './csv.ts'
import { recordSchema } from './document.ts'
import { printRecordPage } from './page.ts'
import type { RecordSource, RecordedSession } from './source.ts'
import { printRecord } from './text.ts'

const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', group: 'X25519MLKEM768' }

const session: RecordedSession = {
  leaf: 0,
  host: 'aspmx.l.google.com',
  port: 25,
  level: 'encrypted',
  verdict: 'authenticated',
  cause: 'verified',
  decision: 'deliver',
  tls,
}

const attempts = { campaign: 'spring', session: 0, outcome: 'delivered', strength: 'observed', attempts: 7, octets: 700 } as const

const happy: RecordSource = {
  since: null,
  until: null,
  now: Date.UTC(2026, 10, 25),
  software: 'sealpost/test',
  campaigns: [
    {
      name: 'spring',
      from: 'Shop <news@shop.test>',
      subject: 'Hello',
      level: 'encrypted',
      startedAt: '2026-11-24T09:00:00.000Z',
      recipients: 10,
      columns: ['name'],
      outcomes: [
        { domain: 'y.test', state: 'held', verdict: 'plaintext', tls: null, reason: 'no STARTTLS', count: 3 },
        { domain: 'z.test', state: 'held', verdict: 'plaintext', tls: null, reason: 'no STARTTLS', count: 1 },
        { domain: 'x.test', state: 'sent', verdict: 'authenticated', tls: 'TLSv1.3', reason: '', count: 7 },
      ],
    },
  ],
  attempts: [attempts],
  sessions: [session],
  step: 60_000,
  delivered: [{ at: Date.UTC(2026, 10, 24, 9), verdict: 'authenticated', messages: 7 }],
  span: { first: Date.UTC(2026, 10, 24, 9), last: Date.UTC(2026, 10, 24, 9, 1) },
  acts: [],
  words: { controller: null, officer: null, purpose: null, retention: null },
  evidence: {
    status: 'intact',
    origin: 'log.test',
    entries: 8,
    root: 'ab'.repeat(32),
    key: 'cd'.repeat(32),
    failure: null,
    where: null,
    why: null,
  },
}

describe('a record', () => {
  it('is a document of its schema', () => {
    expect(recordSchema.parse(buildRecord(happy))).toEqual(buildRecord(happy))
  })

  it('counts messages by what was seen of the session that took them', () => {
    const { delivered, by } = buildRecord({
      ...happy,
      attempts: [attempts, { ...attempts, session: 1, attempts: 3 }, { ...attempts, session: 2, outcome: 'deferred' }],
      sessions: [
        session,
        { ...session, leaf: 1, host: 'mx.example.test', verdict: 'plaintext', tls: null },
        { ...session, leaf: 2, verdict: 'valid' },
      ],
    })
    expect(delivered).toMatchObject({ messages: 10, encrypted: 7, plaintext: 3, notKnown: 0, claimed: 0 })
    expect(by.tls).toEqual([
      { name: 'TLSv1.3', messages: 7, share: 0.7 },
      { name: 'plaintext', messages: 3, share: 0.3 },
    ])
    expect(by.verdict.map(({ name }) => name)).toEqual(['authenticated', 'plaintext'])
    expect(by.provider.map(({ name }) => name)).toEqual(['Google (Gmail and Workspace)', 'others'])
  })

  it('never calls encrypted what it saw no session of', () => {
    const record = buildRecord({
      ...happy,
      attempts: [attempts, { ...attempts, session: null, strength: 'claimed', attempts: 2 }],
    })
    expect(record.delivered).toMatchObject({ messages: 9, encrypted: 7, plaintext: 0, notKnown: 2, claimed: 2 })
    expect(printRecord(record)).not.toContain('Each of them travelled encrypted')
    expect(printRecord(record)).toContain('2 were delivered as a provider says; this sender did not see it.')
  })

  it('names the weakest hops first, and none where all are alike', () => {
    const leaves = [
      { ...session, leaf: 1, host: 'valid.test', verdict: 'valid' },
      { ...session, leaf: 2, host: 'old.test', verdict: 'valid', tls: { ...tls, version: 'TLSv1.2' } },
      { ...session, leaf: 3, host: 'plain.test', verdict: 'plaintext', tls: null },
      { ...session, leaf: 4, host: 'self.test', verdict: 'unauthenticated' },
    ]
    const { weakest } = buildRecord({
      ...happy,
      sessions: [session, ...leaves],
      attempts: [session, ...leaves].map(({ leaf }) => ({ ...attempts, session: leaf })),
    })
    expect(weakest.map(({ host }) => host)).toEqual(['plain.test', 'self.test', 'old.test', 'valid.test'])
    expect(buildRecord(happy).weakest).toEqual([])
  })

  it('tells what is held and why, by campaign and not by domain', () => {
    expect(buildRecord(happy).held).toEqual([
      { campaign: 'spring', reason: 'no STARTTLS', verdict: 'plaintext', messages: 4, domains: 2 },
    ])
  })

  it('tells of connections over which nothing was handed over, but not of those that merely had nothing to do', () => {
    const idle = { ...session, leaf: 5 }
    const below = { ...session, leaf: 6, verdict: 'plaintext', cause: 'not-offered', decision: 'hold', tls: null }
    const record = buildRecord({ ...happy, sessions: [session, idle, below, { ...below, leaf: 7, host: 'other.test' }] })
    expect(record.below).toEqual([{ verdict: 'plaintext', cause: 'not-offered', sessions: 2, hosts: 2 }])
  })

  it('leaves to the controller what no program knows', () => {
    const open = (record: ReturnType<typeof buildRecord>) =>
      record.processing.filter(({ answer }) => answer === null).map(({ article }) => article)
    expect(open(buildRecord(happy))).toEqual(['30(1)(a)', '30(1)(a)', '30(1)(e)', '30(1)(f)'])
    const words = { controller: 'Shop Ltd', officer: 'Ada', purpose: 'News', retention: 'Two years' }
    expect(open(buildRecord({ ...happy, words }))).toEqual(['30(1)(e)'])
  })

  it('says so when the log does not verify', () => {
    const changed = { ...happy.evidence, status: 'changed', where: 'tile/0/000', why: 'a hash is wrong' } as const
    const record = buildRecord({ ...happy, evidence: changed })
    for (const text of [printRecord(record), printRecordPage(record)]) expect(text).toContain('does NOT verify: tile/0/000')
  })

  it('of nothing says nothing', () => {
    const empty = buildRecord({ ...happy, attempts: [], sessions: [], delivered: [], span: undefined, campaigns: [] })
    expect(printRecord(empty)).toContain('No message was delivered in this time.')
    expect(recordSchema.parse(empty)).toEqual(empty)
    expect(printRecordPage(empty)).not.toContain('NaN')
  })
})

describe('hostile text', () => {
  const hostile = '</td><script>alert(1)</script>\u001B[31m'
  const record = buildRecord({
    ...happy,
    campaigns: [{ ...happy.campaigns[0]!, name: hostile, subject: hostile, columns: [hostile] }],
    sessions: [
      { ...session, host: hostile, verdict: 'valid' },
      { ...session, leaf: 1 },
    ],
    attempts: [attempts, { ...attempts, session: 1 }],
    acts: [{ time: '2026-11-24T09:00:00.000Z', act: 'messages-released', detail: { campaign: hostile }, by: hostile }],
  })

  it('is no markup on the page', () => {
    expect(printRecordPage(record)).not.toContain('<script>')
  })

  it('commands no terminal', () => {
    expect(printRecord(record)).not.toContain('\u001B')
  })

  it('is no formula in a spreadsheet', () => {
    const formula = buildRecord({ ...happy, campaigns: [{ ...happy.campaigns[0]!, name: '=cmd()' }] })
    expect(printRecordCsv(formula)).toContain(`"'=cmd()"`)
  })
})

describe('the plot', () => {
  const at = (minute: number) => Date.UTC(2026, 10, 24, 9, minute)

  it('draws plaintext above what was encrypted, and time as distance', () => {
    const page = printRecordPage(
      buildRecord({
        ...happy,
        delivered: [
          { at: at(0), verdict: 'valid', messages: 10 },
          { at: at(9), verdict: 'valid', messages: 5 },
          { at: at(9), verdict: 'plaintext', messages: 1 },
        ],
      }),
    )
    expect(page.match(/<g>/g)).toHaveLength(10)
    expect(page).toContain('2026-11-24 09:09 UTC: 5 encrypted, 1 in plaintext')
    expect(page).toContain('<rect class="plain"')
  })

  it('stays a picture for a year of seconds', () => {
    const year = Array.from({ length: 1_000 }, (_, index) => ({ at: index * 31_536_000, verdict: 'valid', messages: 1 }))
    const page = printRecordPage(buildRecord({ ...happy, step: 1_000, delivered: year }))
    expect(page.match(/<g>/g)?.length).toBeLessThanOrEqual(120)
  })
})
