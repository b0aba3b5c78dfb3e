import * as fc from 'fast-check'
import { simpleParser } from 'mailparser'
import { expect, test } from 'vitest'
import { composeOurs, composeTheirs, oddMessage } from '../../test/support/oddMessage.ts'
import { type FixedParts, MessagePlan, checkMessage, planBody } from './index.ts'

/** What a reader has of a message, as mailparser finds it. */
async function read(message: Buffer) {
  const mail = await simpleParser(message, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  })
  const { subject, messageId, date, from, to, text, html, attachments } = mail
  return {
    subject,
    messageId,
    date,
    from: from?.value,
    to: Array.isArray(to) ? to : to?.value,
    note: decodeWords(mail.headers.get('x-note')),
    text: lines(text),
    html: lines(html === false ? undefined : html),
    attachments: attachments
      .map(({ filename, contentType, contentDisposition, cid, content }) =>
        JSON.stringify([filename, contentType, contentDisposition, cid ?? null, content.toString('hex')]),
      )
      .sort(),
  }
}

/** RFC 2047 2 and 6.2: mailparser leaves a header that it does not know as it is. */
function decodeWords(value: unknown): string {
  const joined = (typeof value === 'string' ? value : '').replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : decode(text.replaceAll('_', ' ')),
  )
}

/** A part without text is left out by the one, and is empty in the other. */
function lines(text = ''): string {
  return text.replace(/\r\n|\r|\n/g, '\n').replace(/\n$/, '')
}

test('any content means what it means in a message of MailComposer', async () => {
  await fc.assert(
    fc.asyncProperty(oddMessage, async (odd) => {
      const ours = composeOurs(odd)
      checkMessage(ours)
      expect(ours.toString('latin1')).toMatch(/^[\t\r\n -~]*$/)
      expect(
        Math.max(
          ...ours
            .toString('latin1')
            .split('\r\n')
            .map((line) => line.length),
        ),
      ).toBeLessThan(400)
      expect(await read(ours)).toEqual(await read(await composeTheirs(odd)))
    }),
    { numRuns: 300 },
  )
})

const decode = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

test('wherever a text is cut into pieces, it is the same text in lines of at most 76', () => {
  const unit = fc.constantFrom(' ', '\t', '\n', '\r', '=', '.', 'a', 'word ', 'é', '😀', '\ud83d', '\ude00', 'x'.repeat(37))
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 30 }), { minLength: 1, maxLength: 8 }), (all) => {
      const plan = planBody([...all.map((one, index) => (index % 2 === 0 ? one : undefined)), 'ascii '.repeat(200)])
      const written = plan.write(all.filter((_, index) => index % 2 === 1))
      const whole = `${all.join('')}${'ascii '.repeat(200)}`.toWellFormed()
      expect(decode(written)).toBe(whole.replace(/\r\n|\r|\n/g, '\r\n'))
      for (const line of written.split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(76)
        // RFC 2045 6.7, rule 3.
        expect(line).not.toMatch(/[ \t]$/)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a character is not broken over two lines', () => {
  for (let shift = 0; shift < 12; shift++) {
    const written = planBody([`${'x'.repeat(60 + shift)}😀é日\n${'ascii '.repeat(50)}`]).write([])
    for (const line of written.split('\r\n'))
      expect(() => decodeURIComponent(line.replace(/=$/, '').replaceAll('=', '%'))).not.toThrow()
  }
})

const fixed: FixedParts = {
  from: { name: 'Shop', address: 'news@shop.example' },
  headers: [],
  text: planBody(['Hello']),
  attachments: [],
  seed: 'x',
}
const own = {
  to: { address: 'ada@example.com' },
  subject: 'Hi',
  date: 0,
  messageId: '<1@shop.example>',
  headers: [],
  text: [],
  html: [],
}

test('headers that are encoded already stand as they are, and nothing else passes for one', () => {
  const plan = new MessagePlan(fixed)
  const message = plan.compose({
    ...own,
    encoded: { 'List-Unsubscribe': '<https://shop.example/u/1>,\r\n <mailto:u@shop.example>' },
  })
  expect(message.toString()).toContain('\r\nList-Unsubscribe: <https://shop.example/u/1>,\r\n <mailto:u@shop.example>\r\n')
  for (const value of ['x\r\nBcc: v@x.org', 'x\n y', 'x\r y', 'é', '', 'x\r\n ', 'x\r\n \r\n y', 'x\0', 'x'.repeat(1_200)])
    expect(() => plan.compose({ ...own, encoded: { 'List-Unsubscribe': value } })).toThrow(/SP_MESSAGE_INVALID|not encoded|998/)
  expect(() => plan.compose({ ...own, encoded: { Bcc: 'v@x.org' } })).toThrow(/cannot be set/)
})

test('a sender of its own stands behind From, and one text part has no frame', () => {
  const message = new MessagePlan({ ...fixed, sender: { address: 'post@agency.example' } }).compose(own).toString()
  expect(message).toMatch(/^From: Shop <news@shop\.example>\r\nSender: post@agency\.example\r\nTo: /)
  expect(message).toMatch(/Content-Transfer-Encoding: quoted-printable\r\n\r\nHello\r\n$/)
})
