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
