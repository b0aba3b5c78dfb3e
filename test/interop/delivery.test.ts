/** What a client hands over is found once, in the mailbox of its recipient, byte for byte. */
import { describe, expect } from 'vitest'
import { sendWithNodemailer, sendWithSwaks, type RawMessage } from './lab/client.ts'
import { offersTls, serverNames } from './lab/lab.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: serverNames })

/** Lines that a careless client or server changes: leading dots, a lone dot, "From ", trailing blanks, 998 octets, UTF-8. */
const body = ['.', '..', '.leading dot', 'From the start', 'trailing blanks  ', '', 'x'.repeat(998), 'Žluťoučký 馬 🐎', '', '']

function write(recipient: string, number: number): RawMessage {
  const header = ['From: news@client.test', `To: ${recipient}`, `Subject: Message ${number}`, 'MIME-Version: 1.0']
  const type = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit']
  const content = [...header, `Message-ID: <${number}@client.test>`, ...type, '', ...body].join('\r\n')
  return { recipient, content }
}

describe.each(serverNames)('%s', (name) => {
  test('keeps a message from swaks as it was', async ({ lab }) => {
    const message = write(`swaks@${name}.test`, 0)
    const { status, stdout } = await sendWithSwaks(lab, name, message)
    expect(status, stdout).toBe(0)
    const found = (await lab.server(name).collect()).filter(({ recipient }) => recipient === message.recipient)
    expect(found.map(({ content }) => content.toString())).toEqual([withLf(message.content)])
    expect(/TLSv?1\.3/.test(found[0]?.trace ?? '')).toBe(offersTls(name))
  })

  test('keeps 50 messages from nodemailer, each for its recipient, each once', async ({ lab }) => {
    const sent = Array.from({ length: 50 }, (_, number) => write(`reader${number}@${name}.test`, number))
    const { status, stderr } = await sendWithNodemailer(lab, name, sent)
    expect(status, stderr).toBe(0)
    const found = (await lab.server(name).collect()).filter(({ recipient }) => recipient.startsWith('reader'))
    const listed = found.map(({ recipient, content }) => ({ recipient, content: content.toString() }))
    expect(byRecipient(listed)).toEqual(byRecipient(sent.map((message) => ({ ...message, content: withLf(message.content) }))))
  })
})

/** A Maildir has the line ends of its system (RFC 5321 2.3.7 is about the wire only). */
function withLf(content: string): string {
  return content.replaceAll('\r\n', '\n')
}

function byRecipient(messages: readonly RawMessage[]): RawMessage[] {
  return messages.toSorted((one, other) => one.recipient.localeCompare(other.recipient))
}
