import { csv } from '../escape.ts'
import type { RecipientLine } from './source.ts'

/** The first line of an export of recipients. */
export const recipientHead = 'email,code,attempts,reason\n'

/** One recipient as a line of CSV (RFC 4180). */
export function printRecipient(line: RecipientLine): string {
  return `${[line.address, line.code ?? '', line.attempts, line.reason].map((cell) => csv(String(cell))).join(',')}\n`
}
