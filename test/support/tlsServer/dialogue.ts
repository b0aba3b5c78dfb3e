import type { Wire } from './wire.ts'

const hostname = 'mx.example.test'

export const greeting = `220 ${hostname} ESMTP`

/** Speaks SMTP up to the `220` after STARTTLS (RFC 3207 4); false where the client left before. */
export async function speakUntilStarttls(wire: Wire, note: (line: string) => void): Promise<boolean> {
  await say(wire, greeting)
  for (let line = await wire.takeLine(); line !== undefined; line = await wire.takeLine()) {
    note(line)
    const verb = readVerb(line)
    await say(wire, answerCommand(verb, ['STARTTLS'], '530 5.7.0 Must issue a STARTTLS command first'))
    if (verb === 'STARTTLS') return true
    if (verb === 'QUIT') await wire.close()
  }
  return false
}

/** Speaks SMTP inside TLS until the client leaves; it takes no mail. */
export async function speakInside(wire: Wire, note: (line: string) => void): Promise<void> {
  for (let line = await wire.takeLine(); line !== undefined; line = await wire.takeLine()) {
    note(line)
    const verb = readVerb(line)
    await say(wire, answerCommand(verb === 'STARTTLS' ? undefined : verb, [], '502 5.5.1 Not implemented'))
    if (verb === 'QUIT') await wire.close()
  }
  wire.hangUp()
}

export async function say(wire: Wire, lines: string): Promise<void> {
  await wire.write(Buffer.from(`${lines}\r\n`, 'latin1'))
}

function readVerb(line: string): string | undefined {
  return line.trim().split(' ')[0]?.toUpperCase()
}

function answerCommand(verb: string | undefined, keywords: readonly string[], otherwise: string): string {
  switch (verb) {
    case 'EHLO':
      return [`250-${hostname}`, ...keywords.map((keyword) => `250-${keyword}`), '250 8BITMIME'].join('\r\n')
    case 'HELO':
      return `250 ${hostname}`
    case 'STARTTLS':
      return '220 2.0.0 Ready to start TLS'
    case 'QUIT':
      return '221 2.0.0 Bye'
    case 'NOOP':
    case 'RSET':
      return '250 2.0.0 Ok'
    default:
      return otherwise
  }
}
