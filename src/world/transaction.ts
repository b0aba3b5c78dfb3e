import type { LineReader } from './lines.ts'
import type { Moment } from './script.ts'
import type { Transaction } from './told.ts'

/** Before the client has said anything, and again after STARTTLS. */
export const nobody: Transaction = { helo: undefined, from: undefined, to: [] }

/** What is known after a command that was answered with 2xx. */
export function follow(transaction: Transaction, moment: Moment, line: string): Transaction {
  switch (moment) {
    case 'ehlo':
    case 'ehloAfterTls':
    case 'helo':
      return { ...nobody, helo: line.split(' ')[1] ?? '' }
    case 'mail':
      return { ...transaction, from: readPath(line), to: [] }
    case 'rcpt':
      return { ...transaction, to: [...transaction.to, readPath(line)] }
    case 'rset':
      return { ...nobody, helo: transaction.helo }
    default:
      return transaction
  }
}

function readPath(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? ''
}

/** RFC 5321 4.1.1.4 and 4.5.2: the text ends at CRLF "." CRLF and nowhere else; a first dot is taken away. */
export async function readBody(reader: LineReader): Promise<Buffer | undefined> {
  const lines: string[] = []
  for (;;) {
    const line = await reader.next()
    if (line === undefined) return undefined
    if (line === '.\r\n' && (lines.at(-1)?.endsWith('\r\n') ?? true)) return Buffer.from(lines.join(''), 'latin1')
    lines.push(line.startsWith('.') ? line.slice(1) : line)
  }
}
