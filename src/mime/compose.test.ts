import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import { checkMessage, composeMessage, flattenText, refuseHeaderName, type MessageParts, flattenHtml } from './index.ts'

const usual: MessageParts = {
  from: { name: 'Ada Lovelace', address: 'ada@example.org' },
  to: { address: 'bob@example.com' },
  subject: 'Hello',
  text: 'Hello Bob,\nhow are you?\n',
  html: '<p>Hello Bob,</p>\n<p>how are you?</p>\n',
  date: Date.UTC(2026, 10, 23, 12, 0, 0),
  messageId: '<1.2@example.org>',
}

async function compose(change: Partial<MessageParts>): Promise<string> {
  return composeMessage({ ...usual, ...change }).toString('utf8')
}

/** A message taken apart by the letter of RFC 5322 and 2046: unfolded headers, decoded parts by type. */
function takeApart(message: string): { headers: string[]; parts: Record<string, string> } {
  const { headers, body } = splitHead(message)
  const boundary = /boundary="([^"]+)"/.exec(headers.join('\n'))?.[1]
  // RFC 2046 5.1.1: the CRLF before a boundary is the boundary's.
  const pieces = boundary === undefined ? [message] : `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1)
  const parts = pieces.map((piece) => {
    const part = splitHead(piece.replace(/^\r\n/, ''))
    const type = /content-type: ([^;]+)/i.exec(part.headers.join('\n'))?.[1] ?? ''
    const base64 = /encoding: base64/i.test(part.headers.join('\n'))
    return [type, (base64 ? Buffer.from(part.body, 'base64') : decodeQuoted(part.body)).toString('utf8')]
  })
  return { headers, parts: Object.fromEntries(parts) as Record<string, string> }
}

function splitHead(text: string): { headers: string[]; body: string } {
  const end = text.indexOf('\r\n\r\n')
  return {
    headers: text
      .slice(0, end)
      .replace(/\r\n[ \t]/g, ' ')
      .split('\r\n'),
    body: text.slice(end + 4),
  }
}

function decodeQuoted(text: string): Buffer {
  const plain = text.replace(/=\r\n/g, '')
  return Buffer.from(
    plain.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

function decodeWords(value: string): string {
  const joined = value.replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind === 'B' ? Buffer.from(text, 'base64').toString() : decodeQuoted(text.replaceAll('_', ' ')).toString('utf8'),
  )
}

function field(message: string, name: string): string | undefined {
  const found = takeApart(message).headers.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  expect(found.length).toBeLessThan(2)
  return found[0]?.slice(name.length + 1).trim()
}

test('a message has its headers, and its parts the plainest first', async () => {
  const message = await compose({
    replyTo: { address: 'help@example.org' },
    headers: { 'X-Campaign': 'may', Precedence: 'bulk' },
  })
  expect(takeApart(message)).toEqual({
    headers: [
      'From: Ada Lovelace <ada@example.org>',
      'To: bob@example.com',
      'Reply-To: help@example.org',
      'Subject: Hello',
      'Message-ID: <1.2@example.org>',
      'Date: Mon, 23 Nov 2026 12:00:00 +0000',
      'X-Campaign: may',
      'Precedence: bulk',
      'MIME-Version: 1.0',
      expect.stringMatching(/^Content-Type: multipart\/alternative; boundary="=_[0-9a-f]{32}"$/),
    ],
    parts: { 'text/plain': 'Hello Bob,\r\nhow are you?\r\n', 'text/html': '<p>Hello Bob,</p>\r\n<p>how are you?</p>\r\n' },
  })
  expect(message.indexOf('text/plain')).toBeLessThan(message.indexOf('text/html'))
})

test('a text alone is one part', async () => {
  const { html: _, ...rest } = usual
  const message = composeMessage(rest).toString()
  expect(field(message, 'Content-Type')).toBe('text/plain; charset=utf-8')
  expect(takeApart(message).parts['text/plain']).toBe('Hello Bob,\r\nhow are you?\r\n')
})

test('a text is made from HTML where there is none', async () => {
  const { text: _, ...rest } = usual
  const html = '<style>p{}</style><h1>News</h1><p>Read &amp; <a href="https://example.org/x">more</a><img src="pixel.gif"></p>'
  const { parts } = takeApart(composeMessage({ ...rest, html }).toString())
  expect(parts['text/plain']).toBe('News\r\n\r\nRead & more [https://example.org/x]')
  expect(flattenHtml('<p>'.repeat(5000))).toBe('')
})

test('a message without a part is refused', () => {
  const { text: _, html: __, ...rest } = usual
  expect(() => composeMessage(rest)).toThrow(expect.objectContaining({ code: 'SP_MESSAGE_INVALID' }))
})

test('the same parts give the same bytes, other content another boundary', async () => {
  expect(await compose({})).toBe(await compose({}))
  const boundary = async (text: string): Promise<string | undefined> => /boundary="([^"]+)"/.exec(await compose({ text }))?.[1]
  expect(await boundary('a')).not.toBe(await boundary('b'))
})

test('everything is ASCII, whatever the content', async () => {
  const text = 'Größe €5 – 日本語 😀\n'.repeat(50)
  const message = await compose({
    subject: 'Größe 😀',
    text,
    html: `<p>${text}</p>`,
    from: { name: 'Jörg', address: 'j@example.org' },
  })
  expect(message).toMatch(/^[\t\r\n -~]*$/)
  expect(takeApart(message).parts['text/plain']).toBe(text.replaceAll('\n', '\r\n'))
  expect(decodeWords(field(message, 'Subject') ?? '')).toBe('Größe 😀')
  expect(decodeWords(field(message, 'From') ?? '')).toBe('Jörg <j@example.org>')
})

test('an address beyond ASCII is the one thing that is not', async () => {
  const message = await compose({ to: { address: 'jörg@xn--bcher-kva.example' } })
  expect(field(message, 'To')).toBe('jörg@bücher.example')
  expect(message.replace(/^To:.*$/m, '')).toMatch(/^[\t\r\n -~]*$/)
})

// The threat: a value from the list is written into a header, and brings a line break with it. What follows the break
// would be a header of the attacker's (Bcc, From), or after an empty line a body of theirs.
const breaks = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\n\n',
  '\u0085',
  '\u2028',
  '\u2029',
  '\0',
  '\v',
  '\f',
  '\r\n ',
  '\n\t',
  '\u001f\n',
]
const evil = 'Bcc: victim@example.net'

test.each(breaks.map((text) => [JSON.stringify(text), text]))(
  '%s in a subject, name or header cannot begin a header',
  async (_, text) => {
    const attack = `x${text}${evil}${text}${text}<script>`
    const message = await compose({
      subject: attack,
      from: { name: attack, address: 'ada@example.org' },
      to: { name: attack, address: 'bob@example.com' },
      replyTo: { name: attack, address: 'ada@example.org' },
      headers: { 'X-Note': attack },
    })
    const plain = takeApart(await compose({ replyTo: usual.from, headers: { 'X-Note': 'x' } }))
    const attacked = takeApart(message)
    expect(attacked.headers.map((line) => line.split(':')[0])).toEqual(plain.headers.map((line) => line.split(':')[0]))
    expect(attacked.parts).toEqual(plain.parts)
    expect(decodeWords(field(message, 'Subject') ?? '').replace(/ +/g, ' ')).toBe(`x ${evil} <script>`)
  },
)

test.each([
  'x\r\nBcc: v@example.net',
  'a@x.org>\r\nRCPT TO:<b@x.org',
  'a@x.org, b@x.org<c@x.org>',
  'a@x.org\0',
  'nobody',
  '@x.org',
  '',
])('an address such as %j is refused', async (address) => {
  for (const at of ['from', 'to', 'replyTo']) {
    await expect(compose({ [at]: { address } })).rejects.toMatchObject({ code: 'SP_ADDRESS_INVALID' })
  }
})

test('an address that holds several is one, in quotes', async () => {
  const message = await compose({ to: { address: '"a@x.org, b"@y.org' } })
  expect(field(message, 'To')).toBe('<"a@x.org, b"@y.org>')
})

test('a name that looks like an address stays a name', async () => {
  const message = await compose({ from: { name: 'boss@bank.example> <x', address: 'ada@example.org' } })
  expect(field(message, 'From')).toBe('"boss@bank.example> <x" <ada@example.org>')
})

test.each(['X:Y', 'X Y', 'X\r\nBcc', '', 'X\u00e4', '-x', 'x'.repeat(77)])('%j is no name of a header', async (name) => {
  expect(refuseHeaderName(name)).toContain('is not a name')
  await expect(compose({ headers: { [name]: 'x' } })).rejects.toMatchObject({ code: 'SP_MESSAGE_INVALID' })
})

test.each([
  'From',
  'BCC',
  'cc',
  'To',
  'Date',
  'subject',
  'Message-ID',
  'Content-Type',
  'Content-X',
  'MIME-Version',
  'DKIM-Signature',
  'Sender',
  'ARC-Seal',
  'Resent-Bcc',
  'Received',
])("%s cannot be set as a header of one's own", async (name) => {
  expect(refuseHeaderName(name)).toBe('is a header that cannot be set here')
  await expect(compose({ headers: { [name]: 'x' } })).rejects.toMatchObject({ code: 'SP_MESSAGE_INVALID' })
})

test.each(['1@example.org', '<1>', '<a b@x.org>', '<1@x.org>\r\nBcc: v@x.org', '<ä@x.org>', `<${'x'.repeat(250)}@x.org>`])(
  '%j is no Message-ID',
  async (messageId) => {
    await expect(compose({ messageId })).rejects.toMatchObject({ code: 'SP_MESSAGE_INVALID' })
  },
)

test('text that looks encoded is shown as it was typed', async () => {
  const subject = 'Free =?utf-8?Q?=0D=0ABcc:_v@x.org?= mail'
  const message = await compose({ subject, headers: { 'X-Note': subject } })
  expect(field(message, 'Subject')).not.toContain('=0D')
  expect(decodeWords(field(message, 'Subject') ?? '')).toBe(subject)
  expect(decodeWords(field(message, 'X-Note') ?? '')).toBe(subject)
})

test('a long subject is folded, with or without spaces', async () => {
  for (const subject of [
    'Ann  Two   Blanks',
    'word '.repeat(500).trim(),
    'x'.repeat(3000),
    'ü'.repeat(3000),
    `a ${'y'.repeat(600)} b`,
  ]) {
    const message = await compose({ subject })
    expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThan(998)
    expect(decodeWords(field(message, 'Subject') ?? '')).toBe(subject)
  }
})

test('a header without a value is left out', async () => {
  expect(await compose({ headers: { 'X-Note': ' \r\n ' }, subject: '' })).not.toMatch(/X-Note|Subject/)
})

test('content that names files and addresses is content', async () => {
  const text = '/etc/passwd file:///etc/passwd http://127.0.0.1/ data:text/plain,x'
  expect(takeApart(await compose({ text })).parts['text/plain']).toBe(text)
})

test('lines of any length and end travel whole', async () => {
  const text = `${'x'.repeat(5000)}\rone\r\ntwo\nthree\n.\n..\nFrom here\n  \t\n= =3D\n`
  const message = await compose({ text })
  checkMessage(Buffer.from(message))
  expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThan(79)
  expect(takeApart(message).parts['text/plain']).toBe(text.replace(/\r\n|\r|\n/g, '\r\n'))
})

test('any content arrives as it was given', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: fc.constantFrom('\r', '\n', '.', '=', ' ', '\t', '-', '_', 'é', '😀', 'a', '\0'), maxLength: 400 }),
  )
  await fc.assert(
    fc.asyncProperty(text, text, text, async (text, html, subject) => {
      const message = await compose({ text, html, subject, headers: { 'X-Note': subject } })
      expect(message).toMatch(/^[\t\r\n -~]*$/)
      const { parts } = takeApart(message)
      const whole = (content: string): string => Buffer.from(content.replace(/\r\n|\r|\n/g, '\r\n')).toString('utf8')
      expect(parts['text/plain']).toBe(whole(text))
      expect(parts['text/html']).toBe(whole(html))
      expect(
        takeApart(message).headers.every((line) =>
          /^(?:From|To|Subject|Message-ID|Date|X-Note|MIME-Version|Content-Type): /.test(line),
        ),
      ).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test.each([
  ['a\rb\r\n', 'Line 1 of the message has a bare CR'],
  ['a\r\nb\r\r\n', 'Line 2 of the message has a bare CR'],
  ['a\r\nb\r', 'Line 2 of the message has a bare CR'],
  ['a\r\nb\n', 'Line 2 of the message ends in a bare LF'],
  ['\n', 'Line 1 of the message ends in a bare LF'],
  ['a\r\n\0\r\n', 'Line 2 of the message has a NUL byte'],
  [`a\r\n${'x'.repeat(999)}\r\n`, 'Line 2 of the message is longer than 998 octets'],
  ['x'.repeat(999), 'Line 1 of the message is longer than 998 octets'],
])('%j cannot be sent: %s', (message, what) => {
  const error = (() => {
    try {
      checkMessage(Buffer.from(message))
    } catch (error) {
      return error
    }
    return undefined
  })()
  expect(error).toBeInstanceOf(SealpostError)
  expect(error).toMatchObject({ code: 'SP_MESSAGE_INVALID', what })
})

test.each(['', '\r\n', 'a', 'a\r\n\r\nb\r\n', `${'x'.repeat(998)}\r\n`, 'x'.repeat(998), '\u00fc\r\n'])(
  '%j can be sent',
  (message) => {
    expect(() => checkMessage(Buffer.from(message))).not.toThrow()
  },
)

test('flat text is one line', () => {
  expect(flattenText(' a\r\n\tb\u0000c\u2028d  e ')).toBe('a b c d  e')
})
