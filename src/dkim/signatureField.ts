/** RFC 5322 2.1.1: columns of a line, without its CRLF. */
const width = 78

/** Base64 characters a line; a space stands before them, and `b=` before the first. */
const chunk = 72

/** What one signature says of itself, b= apart (RFC 6376 3.5). */
export interface SignatureTags {
  /** v to i, which are the same for every message, each with its semicolon. */
  readonly fixed: readonly string[]
  /** Seconds since the epoch. */
  readonly time: number
  readonly expiry: number | undefined
  readonly names: readonly string[]
  /** Base64. */
  readonly bodyHash: string
}

/**
 * The field up to and with `b=`, without a CRLF at its end. No value of b= is written into the middle of it, so that
 * what is signed is this text as it stands (RFC 6376 3.7).
 */
export function writeUnsigned({ fixed, time, expiry, names, bodyHash }: SignatureTags): string {
  const line = new FoldedLine('DKIM-Signature:')
  for (const tag of fixed) line.add(tag, ' ')
  line.add(`t=${time};`, ' ')
  if (expiry !== undefined) line.add(`x=${expiry};`, ' ')
  // RFC 6376 3.5: a line may be folded behind the colons of h=.
  const last = names.length - 1
  for (const [at, name] of names.entries())
    line.add(`${at === 0 ? 'h=' : ''}${name}${at === last ? ';' : ':'}`, at === 0 ? ' ' : '')
  line.add(`bh=${bodyHash};`, ' ')
  return `${line.text}\r\n b=`
}

/** The value of b=, folded, with the CRLF that ends the field. */
export function writeSignature(signature: Buffer): string {
  const text = signature.toString('base64')
  let folded = text.slice(0, chunk)
  for (let at = chunk; at < text.length; at += chunk) folded += `\r\n ${text.slice(at, at + chunk)}`
  return `${folded}\r\n`
}

/** Text that goes on on a new line where the next piece finds no room. */
class FoldedLine {
  text: string
  #column: number

  constructor(start: string) {
    this.text = start
    this.#column = start.length
  }

  add(piece: string, gap: '' | ' '): void {
    const room = this.#column + gap.length + piece.length <= width
    this.text += `${room ? gap : '\r\n '}${piece}`
    this.#column = (room ? this.#column + gap.length : 1) + piece.length
  }
}
