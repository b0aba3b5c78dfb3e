import { findField } from './header.ts'
import type { Part } from './part.ts'

/** The content of a leaf with its Content-Transfer-Encoding undone (RFC 2045 6); undefined where that is none we know. */
export function decodeBody({ fields, body }: Pick<Part, 'fields' | 'body'>): Buffer | undefined {
  switch ((findField(fields, 'content-transfer-encoding') ?? '7bit').toLowerCase()) {
    case '7bit':
    case '8bit':
    case 'binary':
      return body
    case 'base64':
      // RFC 2045 6.8: what is not of the alphabet is passed over; Node does so.
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return decodeQuotedPrintable(body)
    default:
      return undefined
  }
}

/**
 * RFC 2045 6.7. An `=` that begins nothing stays as it is, which is what its note (2) advises. Octet by octet: a pattern
 * that looks for blanks at line ends can be made to take quadratic time.
 */
function decodeQuotedPrintable(body: Buffer): Buffer {
  const out = Buffer.alloc(body.length)
  let length = 0
  /** Where the blanks at the end of what is written so far begin: a line's end takes them away. */
  let solid = 0
  for (let at = 0; at < body.length; at++) {
    const octet = body[at] ?? 0
    if (octet === 0x3d) {
      const soft = body[at + 1] === 0x0a ? 1 : body[at + 1] === 0x0d && body[at + 2] === 0x0a ? 2 : 0
      const hex = soft > 0 ? undefined : readHex(body, at + 1)
      if (soft > 0 || hex !== undefined) at += soft > 0 ? soft : 2
      if (soft === 0) out[length++] = hex ?? octet
      solid = length
      continue
    }
    if (octet === 0x0a || (octet === 0x0d && body[at + 1] === 0x0a)) length = solid
    out[length++] = octet
    if (octet !== 0x20 && octet !== 0x09) solid = length
  }
  return out.subarray(0, length)
}

function readHex(body: Buffer, at: number): number | undefined {
  const high = hexDigit(body[at])
  const low = hexDigit(body[at + 1])
  return high === undefined || low === undefined ? undefined : high * 16 + low
}

function hexDigit(octet = 0): number | undefined {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined
}
