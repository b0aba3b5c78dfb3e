import fc from 'fast-check'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SealpostError } from '../errors.ts'
import { oddMessage, verifyMail } from '../../test/support/signedMail.ts'
import { relaxBody, simplifyBody } from './canonicalBody.ts'
import { createSigner, makeSigningKey, printKeyRecord, sign, type SignerOptions } from './index.ts'

const time = 1_700_000_000
const clock = { now: () => time * 1_000 + 999 }
const keys = { rsa: await makeSigningKey('rsa'), ed25519: await makeSigningKey('ed25519') }
const rsa = { domain: 'example.org', selector: 'r1', key: keys.rsa, clock }
const ed = { ...rsa, selector: 'e1', key: keys.ed25519 }
const records = Object.fromEntries([rsa, ed].map(printKeyRecord).map(({ name, text }) => [name, text]))

const head =
  'From: a@example.org\r\nTo: b@example.net\r\nSubject: Hello\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\nMessage-ID: <1@example.org>\r\n'

async function signText(text: string, ...options: readonly SignerOptions[]): Promise<string> {
  return (await sign(Buffer.from(text), options.map(createSigner))).toString('latin1')
}

function tagsOf(field: string): Readonly<Record<string, string>> {
  const value = field.slice(field.indexOf(':') + 1).replaceAll(/\s+/g, '')
  return Object.fromEntries(value.split(';').map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]))
}

describe('a signature', () => {
  it('has its tags in one order, names headers once more than they occur, and has no l=', async () => {
    const field = await signText(`${head}List-Id: <news.example.org>\r\n\r\nHi\r\n`, rsa)
    const tags = tagsOf(field)
    expect(Object.keys(tags)).toEqual(['v', 'a', 'c', 'd', 's', 't', 'h', 'bh', 'b'])
    expect(tags).toMatchObject({ v: '1', a: 'rsa-sha256', c: 'relaxed/relaxed', d: 'example.org', s: 'r1', t: String(time) })
    expect(tags['h']).toBe(
      'From:From:Reply-To:To:To:Cc:Subject:Subject:In-Reply-To:References:MIME-Version:Content-Type:Content-Transfer-Encoding:List-Unsubscribe:List-Unsubscribe-Post:Date:Date:Message-ID:Message-ID:List-Id:List-Id',
    )
  })

  it('does not guard against a Date that a submission server adds where there is none', async () => {
    expect(tagsOf(await signText('From: a@example.org\r\n\r\nHi\r\n', rsa))['h']).not.toMatch(/Date|Message-ID|Sender/)
  })

  it('has an identity and an end where they are asked for', async () => {
    const tags = tagsOf(await signText(`${head}\r\nHi\r\n`, { ...ed, auid: 'a=b@mail.example.org', expireAfter: 60 }))
    expect(Object.keys(tags)).toEqual(['v', 'a', 'c', 'd', 's', 'i', 't', 'x', 'h', 'bh', 'b'])
    expect(tags).toMatchObject({ a: 'ed25519-sha256', i: 'a=3Db@mail.example.org', x: String(time + 60) })
  })

  it('is folded within 78 columns, and verifies folded so', async () => {
    const headers = Array.from({ length: 30 }, (_, at) => `X-Shop-${at}`)
    const message = `${head}${headers.map((name) => `${name}: 1\r\n`).join('')}\r\nHi\r\n`
    const field = await signText(message, { ...rsa, headers })
    for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
    expect(field.endsWith('\r\n')).toBe(true)
    expect(tagsOf(field)['h']).toContain('X-Shop-29:X-Shop-29')
    expect(await verifyMail(Buffer.from(field + message), records)).toEqual(['pass'])
  })

  it('is the same for the same message at the same time, and as many as there are signers', async () => {
    const message = `${head}\r\nHi\r\n`
    const both = await signText(message, rsa, ed)
    expect(await signText(message, rsa, ed)).toBe(both)
    expect(both.match(/^DKIM-Signature: /gm)).toHaveLength(2)
    expect(await verifyMail(Buffer.from(both + message), records)).toEqual(['pass', 'pass'])
    expect(await signText(message)).toBe('')
  })
})

describe('what is refused', () => {
  it.each<[string, Partial<SignerOptions>]>([
    ['a domain with a line end', { domain: 'example.org\r\nBcc: x@y.test' }],
    ['a domain with a semicolon', { domain: 'example.org; l=0' }],
    ['a domain of one label', { domain: 'org' }],
    ['a domain with an underscore', { domain: '_x.example.org' }],
    ['a selector with a line end', { selector: 's\r\n' }],
    ['a selector with a semicolon', { selector: 's;l=0' }],
    ['an empty label in a selector', { selector: 's..t' }],
    [
      'a name that is too long for DNS',
      { selector: `${'s'.repeat(60)}.`.repeat(3).slice(0, -1), domain: `${'d'.repeat(60)}.example.org` },
    ],
    ['a header with a colon', { headers: ['X:Y'] }],
    ['a header with a semicolon', { headers: ['X;l=0'] }],
    ['a header that hosts on the way change', { headers: ['Received'] }],
    ['an identity elsewhere', { auid: 'a@example.net' }],
    ['an identity that ends alike', { auid: 'a@badexample.org' }],
    ['an identity with a semicolon', { auid: 'a;l=0@example.org' }],
    ['an end before the beginning', { expireAfter: 0 }],
    ['an end that is no number', { expireAfter: Number.NaN }],
  ])('%s', (_, change) => {
    expect(() => createSigner({ ...rsa, ...change })).toThrow(expect.objectContaining({ code: 'SP_DKIM_INVALID' }))
  })

  it.each([
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey],
    ['a public key', generateKeyPairSync('ed25519').publicKey],
    ['a key of another kind', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).privateKey],
  ])('RFC 8301 3: %s', (_, key) => {
    expect(() => createSigner({ ...rsa, key })).toThrow(expect.objectContaining({ code: 'SP_KEY_INVALID' }))
  })

  it.each([
    ['no From', 'To: b@example.net\r\n\r\n'],
    ['two From fields', `${head}from: c@example.net\r\n\r\n`],
    ['two subjects', `${head}SUBJECT: other\r\n\r\n`],
    ['a line that is no field', `${head}what is this\r\n\r\n`],
    ['a first line that begins with a space', ` x: y\r\n${head}\r\n`],
    ['a bare LF', `${head}X: a\nBcc: c@example.net\r\n\r\n`],
    ['a bare CR', `${head}X: a\rBcc: c@example.net\r\n\r\n`],
    ['a header that breaks off', 'From: a@example.org'],
    ['nothing at all', ''],
  ])('a message with %s', async (_, text) => {
    await expect(signText(text, rsa)).rejects.toThrow(SealpostError)
    await expect(signText(text, rsa)).rejects.toMatchObject({ code: 'SP_MESSAGE_INVALID' })
  })
})

/** RFC 6376 3.4.4 as it reads, a rule a line. */
function relaxNaively(body: string): string {
  const whole = body === '' || body.endsWith('\r\n') ? body : `${body}\r\n`
  const collapsed = whole.replaceAll(/[ \t]+/g, ' ').replaceAll(/ \r\n/g, '\r\n')
  const kept = collapsed.replace(/(?:\r\n)+$/, '')
  return kept === '' ? '' : `${kept}\r\n`
}

const bodyPiece = fc.constantFrom(' ', '\t', '\r\n', '\r\n', 'a', 'bc', '.', '=20', 'ü', '\u0000', '\r', '\n', '  ')

describe('with any body', () => {
  it('both forms are as the standard words them', () => {
    fc.assert(
      fc.property(fc.array(bodyPiece, { maxLength: 40 }), (pieces) => {
        const body = pieces.join('')
        expect(relaxBody(Buffer.from(body)).toString()).toBe(relaxNaively(body))
        expect(simplifyBody(Buffer.from(body)).toString()).toBe(`${body.replace(/(?:\r\n)+$/, '')}\r\n`)
      }),
      { numRuns: 20_000 },
    )
  })

  it('what is in the relaxed form already is not copied', () => {
    const body = Buffer.from('Hello,\r\n\r\n one space\r\n\r\n\r\n')
    const relaxed = relaxBody(body)
    expect(relaxed.buffer).toBe(body.buffer)
    expect(relaxed.byteOffset).toBe(body.byteOffset)
  })
})

const form = fc.constantFrom('relaxed' as const, 'simple' as const)

describe('mailauth verifies', () => {
  it('what comes of odd messages, in every form', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(oddMessage, form, form, fc.boolean(), async (message, header, body, second) => {
        const forms = { header, body, headers: ['X-Odd'] }
        const signers = [{ ...ed, ...forms }, ...(second ? [{ ...rsa, ...forms }] : [])].map(createSigner)
        const signed = Buffer.concat([await sign(message, signers), message])
        expect(await verifyMail(signed, records)).toEqual(signers.map(() => 'pass'))
      }),
      { numRuns: 3_000 },
    )
  })
})
