import { SealpostError } from '../errors.ts'

const lf = 0x0a
const cr = 0x0d

/**
 * Refuses a message that RFC 5322 2.1.1 and 2.3 and RFC 5321 2.3.8 do not allow on the wire: a bare CR or LF, which
 * another host may take for the end of a line and then of the message (SMTP smuggling), a NUL, a line beyond 998 octets.
 *
 * @throws SealpostError SP_MESSAGE_INVALID with the line of the message
 */
export function checkMessage(bytes: Buffer): void {
  const nul = bytes.indexOf(0)
  if (nul >= 0) throw invalid(bytes, nul, 'has a NUL byte')
  let start = 0
  while (start < bytes.length) {
    // The native search goes through the line; what is looked at here is its end only.
    const end = bytes.indexOf(lf, start)
    const stop = end < 0 ? bytes.length : end
    const bare = bytes.indexOf(cr, start)
    if (bare >= 0 && bare < stop - 1) throw invalid(bytes, bare, 'has a bare CR')
    if (end < 0 && bare >= 0) throw invalid(bytes, bare, 'has a bare CR')
    if (end >= 0 && bytes[end - 1] !== cr) throw invalid(bytes, end, 'ends in a bare LF')
    if (stop - start - (end < 0 ? 0 : 1) > 998) throw invalid(bytes, start, 'is longer than 998 octets')
    start = stop + 1
  }
}

function invalid(bytes: Buffer, at: number, what: string): SealpostError {
  const line = bytes
    .subarray(0, at)
    .toString('latin1')
    .split(/\r\n|\r|\n/).length
  return new SealpostError('SP_MESSAGE_INVALID', { what: `Line ${line} of the message ${what}` })
}
