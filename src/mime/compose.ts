import { createHash } from 'node:crypto'
import MimeNode from 'nodemailer/lib/mime-node'
import { SealpostError } from '../errors.ts'
import { encodePart, joinParts, type Part } from './body.ts'
import { checkMessage } from './check.ts'
import { encodeText, type Mailbox, refuseHeaderName, toHeader, unfolded, wholeLine } from './header.ts'
import { writeText } from './text.ts'

/** A message in parts. At least one of `text` and `html`. */
export interface MessageParts {
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo?: Mailbox
  readonly subject: string
  /** Made from `html` where it is missing. */
  readonly text?: string
  readonly html?: string
  /** Further headers by name; one without a value is left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly date: number
  /** With its angle brackets (RFC 5322 3.6.4). */
  readonly messageId: string
}

/**
 * Builds a message as RFC 5322 and MIME have it: CRLF, lines within 998 octets, nothing beyond ASCII but an address
 * that itself is (RFC 6531), so that no peer needs 8BITMIME. The same parts always give the same bytes.
 *
 * Nodemailer writes the headers and encodes. Its MailComposer would put the parts together, at half the speed,
 * and can read files and addresses on the web that content names; here no content reaches anything that could.
 *
 * @throws SealpostError SP_MESSAGE_INVALID, SP_ADDRESS_INVALID
 */
export async function composeMessage(parts: MessageParts): Promise<Buffer> {
  const body = readBody(parts)
  const [first, second] = body
  if (!first) throw invalid('The message has neither a text nor an HTML part')
  const boundary = nameBoundary(parts.messageId, body)
  const node = new MimeNode(second ? `multipart/alternative; boundary="${boundary}"` : first.type, closed)
  writeHeaders(node, parts)
  if (!second) node.setHeader('Content-Transfer-Encoding', first.encoding)
  const content = second ? joinParts(body, boundary) : endLine(first.content)
  const message = Buffer.from(`${node.buildHeaders()}\r\n\r\n${content}`)
  checkMessage(message)
  return message
}

// The boundary is ours; one given here spares nodemailer the making of a random one.
function endLine(content: string): string {
  return content.endsWith('\r\n') ? content : `${content}\r\n`
}

const closed = { disableFileAccess: true, disableUrlAccess: true, baseBoundary: 'unused' } as const

function readBody({ text, html }: MessageParts): Part[] {
  const plain = text ?? (html === undefined ? undefined : writeText(html))
  return [
    ...(plain === undefined ? [] : [encodePart('text/plain', plain)]),
    ...(html === undefined ? [] : [encodePart('text/html', html)]),
  ]
}

function writeHeaders(node: MimeNode, parts: MessageParts): void {
  node.setHeader('From', toHeader(parts.from, 'From'))
  node.setHeader('To', toHeader(parts.to, 'To'))
  if (parts.replyTo) node.setHeader('Reply-To', toHeader(parts.replyTo, 'Reply-To'))
  node.setHeader('Subject', encodeText(parts.subject))
  node.setHeader('Message-ID', readMessageId(parts.messageId))
  node.setHeader('Date', new Date(parts.date))
  for (const [name, value] of Object.entries(parts.headers ?? {})) {
    const problem = refuseHeaderName(name)
    if (problem !== undefined) throw invalid(`${JSON.stringify(name)} ${problem}`)
    node.setHeader(name, unfolded.test(name) ? wholeLine(value) : encodeText(value))
  }
}

function readMessageId(id: string): string {
  // RFC 5322 3.6.4, dot-atoms only, and short enough to stand on one line.
  if (id.length <= 250 && /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>$/.test(id)) return id
  throw invalid('The Message-ID is malformed')
}

/**
 * A boundary that is the same on every try. No encoded content can hold it: "=_" is no quoted-printable and no base64
 * (RFC 2045 6.7); and no one who writes content can know it, for it depends on all of the content.
 */
function nameBoundary(id: string, body: readonly Part[]): string {
  const hash = createHash('sha256').update(id)
  for (const { content } of body) hash.update(`\0${content}`)
  return `=_${hash.digest('hex').slice(0, 32)}`
}

function invalid(what: string): SealpostError {
  return new SealpostError('SP_MESSAGE_INVALID', { what })
}
