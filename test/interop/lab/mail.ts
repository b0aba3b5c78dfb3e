/** What a recipient would read, found by a parser that is not ours. */
import { join } from 'node:path'
import type { Expectation } from './campaign.ts'
import { runOrThrow } from './command.ts'
import type { StoredMessage } from './mailbox.ts'
import { repository } from './requirement.ts'

interface ReadMessage {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly defects: readonly string[]
}

/** The messages as their recipients see them; fails on any that is malformed. */
export async function readMessages(messages: readonly StoredMessage[]): Promise<Expectation[]> {
  const input = messages.map(({ content }) => `${content.toString('base64')}\n`).join('')
  const output = await runOrThrow(['/usr/bin/python3', join(repository, 'test/interop/readMail.py')], { input })
  const lines = output.split('\n').filter(Boolean)
  return lines.map((line, index) => understand(JSON.parse(line) as ReadMessage, messages[index]))
}

function understand(read: ReadMessage, stored: StoredMessage | undefined): Expectation {
  const recipient = stored?.recipient ?? ''
  const longest = Math.max(...(stored?.content.toString('latin1') ?? '').split('\n').map((line) => line.length))
  const problems = [...read.defects]
  if (longest > 998) problems.push(`a line of ${longest} octets (RFC 5322 2.1.1 allows 998)`)
  if (!read.to.includes(recipient)) problems.push(`To is ${read.to}`)
  if (problems.length > 0) throw new Error(`The message for ${recipient} is malformed: ${problems.join('; ')}`)
  return { recipient, subject: read.subject, text: readPart(read.text), html: readPart(read.html) }
}

/** With the line ends of the templates. */
function readPart(content: string): string {
  return content.replaceAll('\r\n', '\n')
}

export function byRecipient<T extends { recipient: string }>(messages: readonly T[]): T[] {
  return messages.toSorted((one, other) => one.recipient.localeCompare(other.recipient))
}
