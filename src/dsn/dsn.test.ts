import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bounced, fromExim, fromGmail, fromMicrosoft, fromOldExim } from '../../test/support/inbound.ts'
import { fromFeedbackLoop, fromOpenSmtpd, fromPostfix, fromQmail } from '../../test/support/inbound.ts'
import { findField, parseMessage } from '../mime/read/index.ts'
import { decodeXtext, readDeliveryReport } from './index.ts'

function read(octets: Buffer) {
  const root = parseMessage(octets)
  if (root.kind === 'unreadable') throw new Error(root.why)
  return readDeliveryReport(root)
}

function readOne(octets: Buffer) {
  const report = read(octets)
  if (report?.kind !== 'delivery-report') throw new Error(`not a report: ${report?.why}`)
  return { ...report, recipient: report.recipients[0] }
}

describe('readDeliveryReport', () => {
  it.each([
    ['Postfix', fromPostfix, 'rfc3464', '5.1.1'],
    ['Exim', fromExim, 'rfc3464', '5.1.1'],
    ['OpenSMTPD', fromOpenSmtpd, 'rfc3464', '5.1.1'],
    ['Gmail', fromGmail, 'rfc3464', '5.1.1'],
    ['Microsoft 365', fromMicrosoft, 'rfc3464', '5.1.10'],
    ['qmail', fromQmail, 'qsbmf', '5.1.1'],
  ] as const)('reads a bounce of %s', (_, write: (bounced?: Bounced) => Buffer, form, status) => {
    const report = readOne(write())
    expect(report).toMatchObject({ form, recipients: [{ final: 'ada@a.test', action: 'failed', status }] })
    expect(findField(report.returned, 'message-id')).toBe('<7.0123456789abcdef@shop.example>')
    // The same with the line ends of a Maildir.
    const local = Buffer.from(write().toString().replaceAll('\r\n', '\n'))
    expect(readOne(local).recipients).toEqual(report.recipients)
  })

  it('takes the addresses of an old Exim, and knows no reason', () => {
    expect(read(fromOldExim())).toMatchObject({
      form: 'exim',
      recipients: [
        { final: 'ada@a.test', status: undefined },
        { final: 'bob@b.test', action: 'failed' },
      ],
    })
    const quoted = fromOldExim().toString().replace('Auto-Submitted: auto-generated', 'Auto-Submitted: no')
    expect(read(Buffer.from(quoted))).toBeUndefined()
  })

  it('believes a precise diagnostic before a status that says nothing, and only of the same class', () => {
    const status = (bounced: Bounced) => readOne(fromPostfix(bounced)).recipient?.status
    expect(status({ status: '5.0.0', diagnostic: '550 5.2.2 mailbox full, sorry' })).toBe('5.2.2')
    expect(status({ status: '5.4.7', diagnostic: '550 5.2.2 mailbox full, sorry' })).toBe('5.4.7')
    expect(status({ status: '4.0.0', diagnostic: '550 5.2.2 mailbox full, sorry' })).toBe('4.0.0')
    expect(status({ status: 'none', diagnostic: '550-5.7.1 blocked by us' })).toBe('5.7.1')
    expect(status({ status: '5.1.1 (bad address)', diagnostic: '' })).toBe('5.1.1')
    expect(status({ status: '5.1.1.1', diagnostic: '' })).toBeUndefined()
    expect(status({ status: '9.9.9', diagnostic: 'version 5.1.1 of us' })).toBeUndefined()
  })

  it('reads every action, and leaves out groups without one', () => {
    for (const action of ['failed', 'delayed', 'delivered', 'relayed', 'expanded'])
      expect(readOne(fromPostfix({ action })).recipient?.action).toBe(action)
    expect(read(fromPostfix({ action: 'vanished' }))).toMatchObject({ kind: 'malformed' })
  })

  it('reads the envelope id, the times, and what the remote server said', () => {
    const text = fromGmail()
      .toString()
      .replace('Reporting-MTA', 'Original-Envelope-Id: spring+3D7\r\nReporting-MTA')
      .replace('Last-Attempt', 'Will-Retry-Until: Wed, 25 Nov 2026 02:00:00 -0800 (PST)\r\nLast-Attempt')
    expect(readOne(Buffer.from(text))).toMatchObject({
      envelopeId: 'spring=7',
      reportingMta: 'googlemail.com',
      recipient: {
        remoteMta: 'mail.a.test. (192.0.2.1, the server for the domain a.test.)',
        diagnostic: '550 5.1.1 <ada@a.test>: Recipient address rejected: User unknown',
        lastAttemptAt: Date.UTC(2026, 10, 23, 10),
        retryUntil: Date.UTC(2026, 10, 25, 10),
      },
    })
  })

  it('reads addresses outside ASCII, and other types of address not at all', () => {
    const change = (value: string) => fromOpenSmtpd().toString().replace('rfc822; ada@a.test', value)
    expect(readOne(Buffer.from(change('utf-8; J\\x{F6}rg@a.test'))).recipient?.final).toBe('Jörg@a.test')
    expect(readOne(Buffer.from(change('rfc822; <ada@a.test>'))).recipient?.final).toBe('ada@a.test')
    expect(read(Buffer.from(change('x400; /G=Ada/')))).toMatchObject({ kind: 'malformed' })
    expect(read(Buffer.from(change('utf-8; \\x{D800}')))).toMatchObject({ recipients: [{ final: '\\x{D800}' }] })
  })

  it('takes a report in base64, and one whose groups are not parted', () => {
    const lines = 'Reporting-MTA: dns; x\nFinal-Recipient: rfc822; ada@a.test\nAction: failed\nStatus: 5.1.1\n'
    const write = (encoding: string, body: string) =>
      Buffer.from(
        `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: ${encoding}\n\n${body}\n--b--\n`,
      )
    expect(read(write('base64', Buffer.from(lines).toString('base64')))).toMatchObject({ recipients: [{ status: '5.1.1' }] })
    expect(read(write('7bit', lines))).toMatchObject({ recipients: [{ status: '5.1.1' }], reportingMta: 'x' })
    expect(read(write('rot13', lines))).toMatchObject({ kind: 'malformed' })
  })

  it('is not deceived by what only looks alike', () => {
    expect(read(fromFeedbackLoop())).toBeUndefined()
    // A letter with a report attached to it is no report.
    expect(read(Buffer.from(fromPostfix().toString().replace('multipart/report', 'multipart/mixed')))).toBeUndefined()
    expect(read(Buffer.from('Subject: x\n\nHi. This is the shop.\n\n<ada@a.test>:\nis gone\n\nBye\n'))).toBeUndefined()
    expect(read(Buffer.from('Subject: x\n\nHi. This is the shop.\n\n--- \n'))).toBeUndefined()
  })

  it("reads qmail's remote replies", () => {
    const diagnostic = 'User does not like recipient.\nRemote host said: 550 5.2.1 disabled\nGiving up on 192.0.2.1.'
    expect(readOne(fromQmail({ diagnostic })).recipient).toMatchObject({ status: '5.2.1' })
    expect(readOne(fromQmail({ diagnostic: 'No luck.' })).recipient).toMatchObject({ status: undefined, diagnostic: 'No luck.' })
  })

  it('never throws, whatever comes', () => {
    const samples = [fromPostfix(), fromExim(), fromOldExim(), fromGmail(), fromMicrosoft(), fromQmail(), fromOpenSmtpd()]
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.record({ at: fc.nat(4000), remove: fc.nat(40), put: fc.uint8Array({ maxLength: 20 }) }), { maxLength: 8 }),
        (sample, changes) => {
          let octets = sample
          for (const { at, remove, put } of changes)
            octets = Buffer.concat([octets.subarray(0, at), put, octets.subarray(at + remove)])
          const root = parseMessage(octets)
          if (root.kind === 'part') readDeliveryReport(root)
        },
      ),
    )
  })
})

describe('decodeXtext', () => {
  it('decodes, and refuses what is none', () => {
    expect(decodeXtext('ada+2Bnews@example.org')).toBe('ada+news@example.org')
    expect(decodeXtext('J+C3+B6rg')).toBe('Jörg')
    for (const text of ['a b', 'a=b', 'a+2b', 'a+', 'ö']) expect(decodeXtext(text)).toBeUndefined()
  })
})
