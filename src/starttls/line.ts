import type { Malformed } from '../smtp/index.ts'
import type { Parser } from './channel.ts'

/** One line of IMAP, POP3 or ManageSieve, with the literals that belong to it. */
export interface Line {
  /** Text and literals by turns, the text first: `"SIEVE" {8}`, `fileinto`, `` . Hostile, not escaped. */
  readonly pieces: readonly string[]
  /** Some of its text ended in LF alone. */
  readonly bareLf: boolean
}

/** Limit on one line with all its literals, in octets: as long as a line of SMTP may be here. */
const maxLine = 4096

const lineFeed = 0x0a

/**
 * Takes bytes in any pieces and gives whole lines.
 *
 * @example
 * ```ts
 * const parser = new LineParser(() => false)
 * parser.push(Buffer.from('+OK ready\r\n'))
 * parser.next() // { pieces: ['+OK ready'], bareLf: false }
 * ```
 */
export class LineParser implements Parser<Line> {
  /** Whether a line that begins like this may have literals (RFC 9051 4.3): free text may end in `{5}` by chance. */
  readonly #mayHoldLiterals: (pieces: readonly string[]) => boolean
  /** Joined only when a piece may be whole, so that single octets cost no more. */
  #chunks: Buffer[] = []
  #octets = 0
  #mayHaveText = false
  #pieces: string[] = []
  #taken = 0
  #bareLf = false
  #dead: Malformed | undefined
  /** Octets of the literal that is due; undefined where text is. */
  #literal: number | undefined

  constructor(mayHoldLiterals: (pieces: readonly string[]) => boolean) {
    this.#mayHoldLiterals = mayHoldLiterals
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#octets += chunk.length
    this.#mayHaveText ||= this.#octets > maxLine || chunk.includes(lineFeed)
  }

  get buffered(): number {
    return this.#octets + this.#taken
  }

  drain(): Buffer {
    const taken = this.#pieces.map((piece, at) => (at % 2 === 0 ? `${piece}\r\n` : piece)).join('')
    const rest = Buffer.concat([Buffer.from(taken), ...this.#chunks])
    this.#chunks = []
    this.#octets = 0
    this.#mayHaveText = false
    this.#pieces = []
    this.#taken = 0
    this.#literal = undefined
    return rest
  }

  next(): Line | Malformed | undefined {
    while (!this.#dead) {
      const piece = this.#literal === undefined ? this.#takeText() : this.#takeLiteral(this.#literal)
      if (piece !== 'piece') return piece
    }
    return this.#dead
  }

  #takeText(): Line | Malformed | 'piece' | undefined {
    if (!this.#mayHaveText) return undefined
    const bytes = this.#join()
    const end = bytes.indexOf(lineFeed)
    if (end < 0) {
      this.#mayHaveText = false
      this.#keep(bytes)
      return bytes.length > maxLine ? this.#malformed('a line has no end') : undefined
    }
    if (this.#taken + end > maxLine) return this.#malformed('a line is too long')
    const cr = bytes[end - 1] === 0x0d
    const text = bytes.toString('utf8', 0, cr ? end - 1 : end)
    this.#bareLf ||= !cr
    this.#keep(bytes.subarray(end + 1))
    this.#pieces.push(text)
    this.#taken += end + 1
    // RFC 9051 4.3, RFC 5804 4: the octets follow the line end. A server need not be waited for, so `+` means nothing here.
    const announced = /(?:^|[ (])~?\{(\d{1,10})\+?\}$/.exec(text)
    if (!announced || !this.#mayHoldLiterals(this.#pieces)) return this.#finish()
    this.#literal = Number(announced[1])
    if (this.#taken + this.#literal > maxLine) return this.#malformed('a literal is too long')
    return 'piece'
  }

  #takeLiteral(octets: number): 'piece' | undefined {
    if (this.#octets < octets) return undefined
    const bytes = this.#join()
    this.#pieces.push(bytes.toString('utf8', 0, octets))
    this.#taken += octets
    this.#literal = undefined
    this.#keep(bytes.subarray(octets))
    return 'piece'
  }

  #finish(): Line {
    const line: Line = { pieces: this.#pieces, bareLf: this.#bareLf }
    this.#pieces = []
    this.#taken = 0
    this.#bareLf = false
    return line
  }

  #join(): Buffer {
    return this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks)
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#octets = rest.length
  }

  #malformed(why: string): Malformed {
    const rest = Buffer.concat(this.#chunks).subarray(0, 200)
    this.#dead = { kind: 'malformed', why, shown: [...this.#pieces, rest.toString('utf8')].join('\n').slice(0, 200) }
    return this.#dead
  }
}

/** A line as a person reads it, literals in their places. */
export function lineText(line: Line): string {
  return line.pieces.join(' ').trimEnd()
}
