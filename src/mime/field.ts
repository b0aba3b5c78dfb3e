import MimeNode from 'nodemailer/lib/mime-node'
import { SealpostError } from '../errors.ts'
import { type Mailbox, encodeText, flattenText, refuseHeaderName, toHeader, unfolded, wholeLine } from './header.ts'

/** Files and addresses on the web stay closed; a boundary given here spares nodemailer the making of a random one. */
export const closed = { disableFileAccess: true, disableUrlAccess: true, baseBoundary: 'unused' } as const

const parent = new MimeNode('multipart/mixed', closed)

/** A header field with its CRLF, or nothing where the value is empty. Nodemailer encodes, folds, and spells the name. */
export function writeField(name: string, value: unknown): string {
  const node = new MimeNode(undefined, { ...closed, rootNode: parent })
  node.setHeader(name, value as string)
  // A part knows of no other header than it was given, but for the encoding of its content.
  const fields = node.buildHeaders().split(/\r\n(?![ \t])/)
  const own = fields.find((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  return own === undefined ? '' : `${own}\r\n`
}

// What is written the same, encoded or not: printable ASCII that no reader takes for an encoded word (RFC 2047 2),
// short enough for a line (RFC 5322 2.1.1).
const short = /^[!-~](?:[ -~]{0,58}[!-~])?$/

/** A field of unstructured text. */
export function writeText(name: string, text: string): string {
  if (unfolded.test(name)) return writeField(name, wholeLine(text))
  if (short.test(text) && !text.includes('=?') && name.length <= 16) return `${name}: ${text}\r\n`
  return writeField(name, encodeText(text))
}

// Characters that nodemailer, too, writes as they are, in an address and in a name before it (RFC 5322 3.2.3 atext).
const plainAddress = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?!.*xn--)[a-z0-9.-]{1,190}$/
const plainName = /^[A-Za-z][A-Za-z0-9 ]{0,48}[A-Za-z0-9]$/

/** @throws SealpostError SP_ADDRESS_INVALID for an address that would read as something else in a header */
export function writeMailbox(field: string, { name, address }: Mailbox): string {
  if (plainAddress.test(address) && field.length + address.length < 70) {
    if (name === undefined || name === '') return `${field}: ${address}\r\n`
    if (plainName.test(name) && field.length + name.length + address.length < 70) return `${field}: ${name} <${address}>\r\n`
  }
  return writeField(field, toHeader({ name: flattenText(name ?? ''), address }, field))
}

/** @throws SealpostError SP_MESSAGE_INVALID for a name that cannot be set as a header of one's own */
export function checkHeaderName(name: string): void {
  const problem = refuseHeaderName(name)
  if (problem !== undefined) throw invalid(`${JSON.stringify(name)} ${problem}`)
}

/** RFC 5322 3.6.4, dot-atoms only, and short enough to stand on one line. */
export function writeMessageId(id: string): string {
  if (id.length <= 250 && /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>$/.test(id)) return `Message-ID: ${id}\r\n`
  throw invalid('The Message-ID is malformed')
}

/** @param date milliseconds since the epoch */
export function writeDate(date: number): string {
  return `Date: ${new Date(date).toUTCString().replace('GMT', '+0000')}\r\n`
}

export function invalid(what: string): SealpostError {
  return new SealpostError('SP_MESSAGE_INVALID', { what })
}
