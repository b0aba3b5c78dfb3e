import { encode, wrap } from 'nodemailer/lib/qp'

/** A part of a message: its own headers and its content, encoded to 7 bits. */
export interface Part {
  readonly type: string
  readonly encoding: 'quoted-printable' | 'base64'
  readonly content: string
}

/**
 * Encodes a text part so that any peer may carry it: lines of 76, ASCII only (RFC 2045 6.7 and 6.8). Quoted-printable
 * stays readable and is shorter, up to where about every sixth character is none of ASCII.
 */
export function encodePart(type: 'text/plain' | 'text/html', text: string): Part {
  const lines = breakLines(text)
  const extra = Buffer.byteLength(lines) - lines.length
  const encoding = extra * 6 > lines.length ? 'base64' : 'quoted-printable'
  const content = encoding === 'base64' ? wrapBase64(lines) : wrap(encode(lines), 76)
  return { type: `${type}; charset=utf-8`, encoding, content }
}

/**
 * The parts of multipart/alternative, the plainest first (RFC 2046 5.1.4). The CRLF before a boundary belongs to the
 * boundary (5.1.1), so a part keeps its own last line end.
 */
export function joinParts(parts: readonly Part[], boundary: string): string {
  const printed = parts.map(
    (part) =>
      `--${boundary}\r\nContent-Type: ${part.type}\r\nContent-Transfer-Encoding: ${part.encoding}\r\n\r\n${part.content}\r\n`,
  )
  return `${printed.join('')}--${boundary}--\r\n`
}

// RFC 2046 4.1.1: lines of text end in CRLF, wherever they came from.
function breakLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n|\r|\n/g, '\r\n') : text.replaceAll('\n', '\r\n')
}

function wrapBase64(text: string): string {
  return Buffer.from(text)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n')
}
