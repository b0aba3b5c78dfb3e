import type { ProvenReceipt } from './receipt.ts'
import { decodeBase64 } from './text.ts'
import { type TimestampTerms, type TimestampVerification, verifyTimestamp } from './timestamp.ts'

/**
 * What the time-stamps of a receipt are worth: that its checkpoint, and so its entry, existed by then.
 *
 * @param authorities certificates that are trusted; without them, what is in order is `seen` and not verified
 */
export async function judgeReceiptTimestamps(
  { checkpoint, timestamps }: Pick<ProvenReceipt, 'checkpoint' | 'timestamps'>,
  authorities?: TimestampTerms['authorities'],
): Promise<readonly TimestampVerification[]> {
  const judged: TimestampVerification[] = []
  for (const base64 of timestamps) {
    const response = decodeBase64(base64) ?? new Uint8Array()
    judged.push(await verifyTimestamp(response, { text: checkpoint.text, ...(authorities ? { authorities } : {}) }))
  }
  return judged
}
