import fc from 'fast-check'
import type { DKIMVerifyResult } from 'mailauth'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'

/** Answers TXT questions from a literal, as mailauth asks them. */
function txtResolver(records: Readonly<Record<string, string>>) {
  return async (name: string, type: string): Promise<string[][]> => {
    const text = type === 'TXT' ? records[name.toLowerCase()] : undefined
    if (text === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
    return [[text]]
  }
}

/** What mailauth, which shares no code with us, says of each signature: `pass`, or another word of RFC 8601 2.7.1. */
export async function verifyMail(message: Buffer, records: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { results }: DKIMVerifyResult = await dkimVerify(message, { resolver: txtResolver(records) })
  return results.map(({ status }) => status.result)
}

/** Values with folds wherever a space may stand, text that is not ASCII, and nothing at all. */
const value = fc
  .array(fc.constantFrom('a', 'Zoë', '=?utf-8?q?x?=', ' ', '\t', '  ', '\r\n ', '\r\n\t', ':', ';', '"', '日本'), {
    maxLength: 12,
  })
  // A folded line of spaces alone is no line (RFC 5322 3.2.2).
  .map((pieces) => pieces.join('').replaceAll(/(?:\r\n[ \t]+)+(?=\r\n|$)/g, ''))

const names = ['List-Id', 'X-Odd', 'feedback-ID', 'Sender', 'CC', 'References', 'x-odd'] as const

/** Messages that are allowed, and as odd as that lets them be. */
export const oddMessage = fc
  .record({
    extras: fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name, maxLength: 5 }),
    subject: value,
    gap: fc.constantFrom('', ' ', '\t', '  '),
    body: fc.array(fc.constantFrom(' ', '\t', '\r\n', '\r\n', 'a', '.', '..', 'ü', '  ', '日本'), { maxLength: 30 }),
  })
  .map(({ extras, subject, gap, body }) => {
    const fields = [['From', 'a@example.org'], ...extras].map(([name, text]) => `${name}:${gap}${text}\r\n`)
    const text = body.join('')
    // What DATA carries always ends in CRLF.
    const end = text === '' || text.endsWith('\r\n') ? '' : '\r\n'
    return Buffer.from(`${fields.join('')}Subject:${subject}\r\n\r\n${text}${end}`)
  })
