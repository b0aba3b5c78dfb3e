/** Messages that a careless client or server changes on the way, ready-made: what arrives is held against their hash. */
import { createHash } from 'node:crypto'

export type LetterKind = 'dots' | 'empty' | 'eight' | 'unicode' | 'large'

/** The octets of an attachment: 30 MB of a line that says where it stands, so that none can be left out or doubled. */
function attach(): string {
  const lines: string[] = []
  for (let number = 0; number < 394_000; number++) lines.push(String(number).padStart(76, '.'))
  return lines.join('\r\n')
}

const bodies: Readonly<Record<LetterKind, () => string>> = {
  dots: () => ['.', '..', '.leading dot', 'From the start', 'trailing blanks  ', '', 'x'.repeat(998), '.', ''].join('\r\n'),
  empty: () => '',
  eight: () => ['Žluťoučký 馬 🐎', `.${'é'.repeat(498)}.`, '.', ''].join('\r\n'),
  unicode: () => 'Hello\r\n',
  large: () => `${attach()}\r\n`,
}

/** The whole message for one recipient, with CRLF line ends. Its header is that of a message outside ASCII for `unicode` alone. */
export function writeLetter(kind: LetterKind, recipient: string): Buffer {
  const header = [
    'From: news@client.test',
    `To: ${kind === 'unicode' ? recipient : 'you@client.test'}`,
    `Subject: ${kind}${kind === 'unicode' ? ' Žluťoučký' : ''}`,
    `Message-ID: <${createHash('sha256').update(recipient).digest('hex').slice(0, 16)}@client.test>`,
    'Date: Mon, 23 Nov 2026 12:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  return Buffer.from([...header, '', bodies[kind]()].join('\r\n'))
}

/** Of the octets with the line ends of a Maildir (RFC 5321 2.3.7 is about the wire only). */
export function hashLetter(octets: Buffer): string {
  return createHash('sha256').update(octets.toString('latin1').replaceAll('\r\n', '\n'), 'latin1').digest('hex')
}
