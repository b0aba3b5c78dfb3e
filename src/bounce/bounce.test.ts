import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createMemoryLedger,
  createMemorySuppressions,
  digest,
  returnPathOf,
  sentMessage,
  sentTo,
  store,
} from '../../test/support/bounces.ts'
import { type Bounced, fromExim, fromFeedbackLoop, fromGmail, fromMicrosoft, fromOldExim } from '../../test/support/inbound.ts'
import { fromOpenSmtpd, fromPostfix, fromQmail } from '../../test/support/inbound.ts'
import { type BounceNote, type Circumstances, type Reading, type SentMessage, decideBounce } from './index.ts'
import { printToken, readBounces, recogniseInbound, tieReport, withholdWrites } from './index.ts'
import { judgeStatus } from './standing.ts'

const key = randomBytes(32)
const addresses = ['a@a.test', 'b@a.test', 'c@a.test', 'd@a.test', 'e@a.test', 'f@a.test', 'ada@a.test', 'bob@b.test']
const sent = addresses.map((address, index) => sentMessage({ id: index + 1, address, addressKey: address }))
const messages = sentTo(addresses)
const signed = (id = 7, different: Partial<SentMessage> = {}): string => returnPathOf(key, { ...sent[id - 1], id, ...different })
const now = Date.UTC(2026, 10, 25)
const day = 86_400_000

function recognise(content: Buffer) {
  const inbound = recogniseInbound({ content, whole: true })
  if (inbound.kind !== 'delivery-report' && inbound.kind !== 'feedback-report') throw new Error(inbound.kind)
  return inbound
}

async function decide(content: Buffer, different: Partial<Circumstances> = {}) {
  const report = recognise(content)
  const tie = await tieReport(report, key, messages)
  return decideBounce({ report, tie, message: sentMessage(), softBounces: [], now, ...different })
}

function soft(messageId: number, daysAgo: number): BounceNote {
  const { campaign, addressKey } = sentMessage()
  return {
    messageId,
    campaign,
    addressKey,
    weight: 'soft',
    signed: true,
    at: now - daysAgo * day,
    status: '4.2.2',
    detail: 'full',
  }
}

describe('recogniseInbound', () => {
  it.each([
    ['Auto-Submitted: auto-replied (vacation)', 'auto-reply'],
    ['Auto-Submitted: auto-generated; x=y', 'auto-reply'],
    ['Auto-Submitted: no', 'unknown'],
    ['X-Autoreply: yes', 'auto-reply'],
    ['X-Autorespond: Hello', 'auto-reply'],
    ['Precedence: auto_reply', 'auto-reply'],
    ['Precedence: bulk', 'unknown'],
    ['X-Autoreply: no', 'unknown'],
  ])('takes %j for %s', (line, kind) => {
    expect(
      recogniseInbound({ content: Buffer.from(`${line}\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\n\nHello\n`), whole: true }),
    ).toMatchObject({
      kind,
    })
  })

  it('shows what it does not know, and says what it cannot read', () => {
    expect(
      recogniseInbound({ content: Buffer.from('Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\n\nHello'), whole: true }),
    ).toMatchObject({
      kind: 'unknown',
      subject: 'Grüße',
    })
    expect(recogniseInbound({ content: fromPostfix({ action: 'lost' }), whole: true })).toMatchObject({ kind: 'unreadable' })
    expect(recogniseInbound({ content: Buffer.from('Subject: x\n\nlong'), whole: false })).toMatchObject({ kind: 'unreadable' })
  })

  it('reads a report to its end though the message was cut behind it', () => {
    expect(recogniseInbound({ content: fromGmail().subarray(0, -40), whole: false })).toMatchObject({ kind: 'delivery-report' })
  })
})

describe('tieReport', () => {
  const id = '<7.0123456789abcdef@shop.example>'
  const tie = (content: Buffer, with_: Buffer | undefined = key) => tieReport(recognise(content), with_, messages)

  it('finds the signature wherever it stands', async () => {
    const token = printToken(sentMessage(), key)
    const expected = { kind: 'signed', messageId: 7 }
    for (const write of [
      fromPostfix,
      fromExim,
      fromOldExim,
      fromOpenSmtpd,
      fromGmail,
      fromMicrosoft,
      fromQmail,
      fromFeedbackLoop,
    ])
      expect(await tie(write({ to: signed() }))).toEqual(expected)
    expect(await tie(fromFeedbackLoop({ mailFrom: signed() }))).toEqual(expected)
    expect(await tie(fromPostfix({ returned: [`Return-Path: <${signed()}>`] }))).toEqual(expected)
    expect(await tie(fromPostfix({ returned: [`Message-ID: <${token}@shop.example>`] }))).toEqual(expected)
    const withEnvid = fromPostfix().toString().replace('Reporting-MTA', `Original-Envelope-Id: ${token}\r\nReporting-MTA`)
    expect(await tie(Buffer.from(withEnvid))).toEqual(expected)
    expect(await tie(fromPostfix({ to: signed().toUpperCase() }))).toEqual(expected)
  })

  it('falls back to the Message-ID, and says that this is less', async () => {
    const named = { kind: 'named', messageId: 7, digest: '0123456789abcdef' }
    expect(await tie(fromPostfix({ returned: [`Message-ID: ${id}`] }))).toEqual(named)
    expect(await tie(fromPostfix({ to: signed() }), randomBytes(32))).toEqual(named)
    expect(await tieReport(recognise(fromPostfix({ to: signed() })), undefined, messages)).toEqual(named)
  })

  it('is not signed where the number has come to mean another message, or none', async () => {
    const report = recognise(fromFeedbackLoop({ mailFrom: signed(), recipient: 'redacted' }))
    expect(await tieReport(report, key, messages)).toEqual({ kind: 'signed', messageId: 7 })
    const other = (different: Partial<SentMessage>) => ({ find: async () => sentMessage(different) })
    for (const changed of [{ id: 8 }, { addressKey: 'bob@b.test' }, { campaign: 'autumn' }, { digest: 'e'.repeat(64) }])
      expect((await tieReport(report, key, other(changed))).kind).not.toBe('signed')
    expect((await tieReport(report, key, { find: async () => undefined })).kind).not.toBe('signed')
  })

  it('is none where nothing names a message of ours', async () => {
    for (const other of ['<x@y>', '<07.0123456789abcdef@shop.example>', '<7.0123@shop.example>'])
      expect(await tie(fromPostfix({ returned: [`Message-ID: ${other}`] }))).toEqual({ kind: 'none' })
    expect(await tie(fromOldExim())).toEqual({ kind: 'none' })
  })
})

describe('judgeStatus', () => {
  it.each([
    ['gone', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'],
    ['passing', undefined, '4.1.1', '4.2.1', '4.2.2', '5.2.2', '4.4.7', '5.4.4', '5.0.0', '5.1.0', '5.2.0', '5.3.0'],
    ['refused', '5.7.1', '5.7.26', '4.7.28', '5.6.0', '5.3.4', '5.2.3', '5.1.8', '5.5.2'],
  ] as const)('%s', (standing, ...statuses) => {
    for (const status of statuses) expect([status, judgeStatus(status)]).toEqual([status, standing])
  })
})

describe('decideBounce', () => {
  it('suppresses an address that is gone', async () => {
    expect(await decide(fromPostfix({ to: signed() }))).toMatchObject({
      kind: 'suppress',
      reason: 'bounce',
      note: { messageId: 7, campaign: 'spring', addressKey: 'ada@a.test', weight: 'hard', signed: true, status: '5.1.1' },
    })
    expect(await decide(fromMicrosoft({ to: signed() }))).toMatchObject({ kind: 'suppress', note: { status: '5.1.10' } })
    expect(await decide(fromQmail({ to: signed() }))).toMatchObject({ kind: 'suppress' })
  })

  it('counts what may pass, and suppresses at the third message over a week', async () => {
    const full = fromPostfix({ to: signed(), status: '5.2.2', diagnostic: '552 5.2.2 over quota' })
    expect(await decide(full)).toMatchObject({ kind: 'note', note: { weight: 'soft', at: Date.UTC(2026, 10, 23, 10) } })
    const after = async (...softBounces: BounceNote[]) => (await decide(full, { softBounces })).kind
    expect(await after(soft(5, 10), soft(6, 5))).toBe('suppress')
    expect(await after(soft(5, 8), soft(6, 5))).toBe('note')
    expect(await after(soft(6, 30))).toBe('note')
    // The same message again, and what is long ago, count for nothing.
    expect(await after(soft(7, 10), soft(6, 10))).toBe('note')
    expect(await after(soft(5, 100), soft(6, 5))).toBe('note')
  })

  it('lets reasons that are not the address count for nothing', async () => {
    const blocked = fromPostfix({ to: signed(), status: '5.7.1', diagnostic: '550 5.7.1 spam' })
    expect(await decide(blocked, { softBounces: [soft(5, 10), soft(6, 5)] })).toMatchObject({
      kind: 'note',
      note: { weight: 'refused' },
    })
  })

  it.each(['delayed', 'delivered', 'relayed', 'expanded'])('does nothing where a message is %s', async (action) => {
    expect(await decide(fromPostfix({ to: signed(), action }))).toMatchObject({
      kind: 'nothing',
      why: `the message is ${action}`,
    })
  })

  it('counts a failure behind a forward: the address itself takes mail', async () => {
    const forwarded = fromOpenSmtpd({ to: signed(), recipient: 'other@b.test' })
    expect(await decide(forwarded)).toMatchObject({ kind: 'note', note: { weight: 'soft', addressKey: 'ada@a.test' } })
    const told = Buffer.from(fromPostfix({ to: signed() }).toString().replace('rfc822; ada@', 'rfc822; forwarded@'))
    expect(await decide(told)).toMatchObject({ kind: 'suppress' })
  })

  it('goes by the recipient that is ours where there are several', async () => {
    const other = '\r\n\r\nFinal-Recipient: rfc822; eve@e.test\r\nAction: failed\r\nStatus: 5.1.1\r\n'
    const both = fromPostfix({ to: signed(), status: '4.2.2', diagnostic: '452 4.2.2 full' })
      .toString()
      .replace('Remote-MTA: dns; mail.a.test', `Remote-MTA: dns; mail.a.test${other}`)
    expect(await decide(Buffer.from(both))).toMatchObject({ kind: 'note', note: { status: '4.2.2' } })
  })

  it('knows the address in any case and in xtext', async () => {
    const message = sentMessage({ address: 'Ada+News@a.test', addressKey: 'ada+news@a.test' })
    for (const recipient of ['ada+news@A.test', 'Ada+2BNews@a.test'])
      expect(await decide(fromOpenSmtpd({ to: signed(), recipient }), { message })).toMatchObject({ kind: 'suppress' })
  })

  it('acts on what is only named with less force', async () => {
    expect(await decide(fromPostfix())).toMatchObject({ kind: 'note', note: { weight: 'soft', signed: false, at: now } })
    expect(await decide(fromPostfix({ recipient: 'bob@b.test' }))).toMatchObject({ kind: 'nothing' })
    expect(await decide(fromPostfix(), { message: sentMessage({ digest: 'f'.repeat(64) }) })).toMatchObject({ kind: 'nothing' })
  })

  it.each(['abuse', 'fraud', 'opt-out'])('suppresses at once on a complaint of %s', async (type) => {
    expect(await decide(fromFeedbackLoop({ type, mailFrom: signed(), recipient: 'redacted' }))).toMatchObject({
      kind: 'suppress',
      reason: 'complaint',
      note: { weight: 'complaint', signed: true },
    })
  })

  it.each(['not-spam', 'virus', 'auth-failure', 'other'])('does nothing on a report of %s', async (type) => {
    expect(await decide(fromFeedbackLoop({ type, mailFrom: signed() }))).toMatchObject({ kind: 'nothing' })
  })

  it('takes an unsigned complaint only where it says who complained', async () => {
    expect(await decide(fromFeedbackLoop())).toMatchObject({ kind: 'suppress', note: { signed: false } })
    expect(await decide(fromFeedbackLoop({ recipient: 'redacted' }))).toMatchObject({ kind: 'nothing' })
  })

  it('does nothing without a message of ours that was sent', async () => {
    for (const message of [undefined, sentMessage({ tried: false })])
      expect(await decide(fromPostfix({ to: signed() }), { message })).toMatchObject({ kind: 'nothing' })
  })

  it('escapes what it keeps', async () => {
    const told = await decide(fromPostfix({ to: signed(), diagnostic: '550 5.1.1 \u001b[2J gone, gone, gone' }))
    expect(told.kind === 'suppress' && told.note.detail).toBe('5.1.1 550 5.1.1 \\x1b[2J gone, gone, gone')
  })

  it('never suppresses another address than that of the message, whatever a report says', async () => {
    const text = fc.constantFrom('ada@a.test', 'bob@b.test', signed(), signed(8), 'bounces@shop.example')
    const bounced = fc.record({ to: text, recipient: text, status: fc.constantFrom('5.1.1', '4.2.2', '5.7.1') })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(fromPostfix, fromGmail, fromQmail, fromExim),
        bounced,
        async (write: (one: Bounced) => Buffer, one) => {
          const report = recognise(write(one))
          const tie = await tieReport(report, key, messages)
          const message = tie.kind === 'none' ? undefined : sentMessage({ id: tie.messageId, addressKey: `${tie.messageId}` })
          const decided = decideBounce({ report, tie, message, softBounces: [], now })
          if (decided.kind === 'suppress')
            expect([decided.note.addressKey, one.to]).toEqual([`${message?.id}`, signed(message?.id)])
        },
      ),
    )
  })
})

describe('readBounces', () => {
  const options = () => ({
    key,
    messages,
    ledger: createMemoryLedger(),
    suppressions: createMemorySuppressions(),
    now: () => now,
  })
  const collect = async (readings: AsyncIterable<Reading>): Promise<Reading[]> => {
    const all: Reading[] = []
    for await (const reading of readings) all.push(reading)
    return all
  }

  it('does what follows, once', async () => {
    const given = options()
    const box = [
      fromPostfix({ to: signed() }),
      fromFeedbackLoop({ mailFrom: signed(8) }),
      Buffer.from('Auto-Submitted: auto-replied\n\nAway\n'),
    ]
    expect(
      (await collect(readBounces(store(box), given))).map(({ kind, signed, consequence }) => [kind, signed, consequence?.kind]),
    ).toEqual([
      ['delivery-report', true, 'suppress'],
      ['feedback-report', true, 'suppress'],
      ['auto-reply', false, undefined],
    ])
    expect(given.suppressions.rows).toMatchObject([
      { addressKey: 'ada@a.test', reason: 'bounce', campaign: 'spring', at: now, source: expect.stringMatching(/^box/) },
      { addressKey: 'bob@b.test', reason: 'complaint' },
    ])
    expect((await collect(readBounces(store(box), given))).map(({ kind }) => kind)).toEqual([
      'read-before',
      'read-before',
      'read-before',
    ])
    expect(given.suppressions.rows).toHaveLength(2)
  })

  it('counts messages over time', async () => {
    const given = options()
    const late = (id: number) =>
      fromPostfix({ to: signed(id, sentMessage({ id })), status: '4.2.2', diagnostic: '452 4.2.2 full' })
    const one: SentMessage = sentMessage()
    const find = async (id: number) => ({ ...one, id })
    const at = (days: number) => ({ ...given, messages: { find }, now: () => Date.UTC(2026, 10, 1) + days * day })
    // The time of the report (23 November) is later than each of these, and so is not believed.
    await collect(readBounces(store([late(1)]), at(1)))
    await collect(readBounces(store([late(2), late(3)]), at(5)))
    expect(given.suppressions.rows).toEqual([])
    await collect(readBounces(store([late(4)]), at(8)))
    expect(given.suppressions.rows).toMatchObject([
      { addressKey: 'ada@a.test', reason: 'bounce', detail: expect.stringMatching(/^4 messages came back over 7 days/) },
    ])
  })

  it('shows in a dry run what it would do, and does nothing', async () => {
    const given = options()
    const late = (id: number) =>
      fromPostfix({ to: signed(id, sentMessage({ id })), status: '4.2.2', diagnostic: `452 4.2.2 full for the ${id}. time` })
    const box = [late(1), late(2), late(2), fromPostfix({ to: signed(5, sentMessage({ id: 5 })) })]
    const find = async (id: number) => ({ ...sentMessage(), id })
    const readings = await collect(readBounces(store(box), { ...given, messages: { find }, ...withholdWrites(given.ledger) }))
    expect(readings.map(({ kind, consequence }) => consequence?.why ?? kind)).toEqual([
      'counted: 1 of 3',
      'counted: 2 of 3',
      'read-before',
      'the address takes no mail',
    ])
    expect([given.ledger.notes, given.suppressions.rows]).toEqual([[], []])
  })

  it('goes on where it was stopped between the two writes', async () => {
    const given = options()
    const failing = { ...given.ledger, record: async () => Promise.reject(new Error('the disk is full')) }
    await expect(collect(readBounces(store([fromPostfix({ to: signed() })]), { ...given, ledger: failing }))).rejects.toThrow()
    await collect(readBounces(store([fromPostfix({ to: signed() })]), given))
    expect([given.suppressions.rows.length, given.ledger.notes.length]).toEqual([1, 1])
  })
})

it('the digest of the tests is that of the samples', () => {
  expect(fromPostfix().toString()).toContain(`<7.${digest.slice(0, 16)}@`)
})
