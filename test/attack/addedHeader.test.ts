/**
 * A signed message is a thing that others can send again, to whom they like. Whoever does so may put header fields of
 * their own before it: a second From or Subject, which many programs show in place of the first; a Reply-To; an address to
 * unsubscribe at; a Content-Type or a transfer encoding under which the same body reads as something else. A signature
 * that names each header as often as it occurs still verifies then, and the domain that signed vouches for a forgery
 * (RFC 6376 8.15). So headers are named once more than they occur, and there is no l= behind which a body could go on.
 * Names that would break out of the signature's own tags are refused before anything is signed.
 */
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createSigner, makeSigningKey, printKeyRecord, sign } from '../../src/dkim/index.ts'
import { composeMessage } from '../../src/mime/index.ts'
import { verifyMail } from '../support/signedMail.ts'

const options = { domain: 'shop.example', selector: 's1', key: await makeSigningKey('ed25519'), clock: systemClock }
const { name, text } = printKeyRecord(options)
const records = { [name]: text }

const message = composeMessage({
  from: { name: 'Shop', address: 'news@shop.example' },
  to: { address: 'ada@mail.example' },
  subject: 'Spring',
  text: 'Hello Ada,\nthe shop is open.\n',
  html: '<p>Hello Ada</p>',
  date: 1_700_000_000_000,
  messageId: '<1@shop.example>',
  headers: { 'List-Unsubscribe': '<https://shop.example/u/1>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
})
const signed = Buffer.concat([await sign(message, [createSigner(options)]), message])

it('as it was sent it verifies, also with what hosts on the way put before it', async () => {
  expect(await verifyMail(signed, records)).toEqual(['pass'])
  const received = Buffer.from('Received: from a by b; Tue, 14 Nov 2023 22:13:20 +0000\r\nX-Spam-Score: 0\r\n')
  expect(await verifyMail(Buffer.concat([received, signed]), records)).toEqual(['pass'])
})

describe('a header that is put before it, or behind the others, is seen', () => {
  it.each([
    'From: Bank <service@bank.example>',
    'from: Bank <service@bank.example>',
    'Reply-To: thief@bad.example',
    'To: victim@mail.example',
    'Cc: victim@mail.example',
    'Subject: Your account is locked',
    'Date: Tue, 24 Nov 2026 22:13:20 +0000',
    'Message-ID: <2@bad.example>',
    'In-Reply-To: <2@bad.example>',
    'References: <2@bad.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: base64',
    'List-Unsubscribe: <https://bad.example/u>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  ])('%s', async (line) => {
    const before = Buffer.from(`${line}\r\n`)
    expect(await verifyMail(Buffer.concat([before, signed]), records)).not.toContain('pass')
    const end = signed.indexOf('\r\n\r\n') + 2
    const behind = Buffer.concat([signed.subarray(0, end), before, signed.subarray(end)])
    expect(await verifyMail(behind, records)).not.toContain('pass')
  })
})

it('a header that is taken away, or changed, is seen', async () => {
  for (const word of ['List-Unsubscribe-Post', 'Subject']) {
    const gone = signed.toString('latin1').replace(new RegExp(`^${word}: .*\r\n`, 'm'), '')
    expect(gone.length).toBeLessThan(signed.length)
    expect(await verifyMail(Buffer.from(gone, 'latin1'), records)).not.toContain('pass')
  }
  const changed = signed.toString('latin1').replace('https://shop.example/u/1', 'https://shop.example/u/2')
  expect(await verifyMail(Buffer.from(changed, 'latin1'), records)).not.toContain('pass')
})

it('a body that goes on is seen', async () => {
  expect(await verifyMail(Buffer.concat([signed, Buffer.from('<p>Pay here</p>\r\n')]), records)).not.toContain('pass')
})

it('a message that was forged before it came to us is not signed', async () => {
  const forged = Buffer.concat([Buffer.from('From: Bank <service@bank.example>\r\n'), message])
  await expect(sign(forged, [createSigner(options)])).rejects.toMatchObject({ code: 'SP_MESSAGE_INVALID' })
})

it.each([
  { domain: 'shop.example\r\nFrom: bank@bank.example' },
  { domain: 'shop.example; l=0' },
  { selector: 's1; d=bank.example' },
  { selector: 's1\r\n\r\n<p>' },
  { headers: ['X-A:l=0;'] },
  { auid: '"; l=0"@shop.example' },
])('nothing breaks out of its tag: %j', (change) => {
  expect(() => createSigner({ ...options, ...change })).toThrow(expect.objectContaining({ code: 'SP_DKIM_INVALID' }))
})
