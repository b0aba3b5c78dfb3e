/** A complete reply of RFC 5321 4.2. */
export interface Reply {
  readonly code: number
  /** RFC 2034 and 3463, `5.7.1`, where its class agrees with the code's. */
  readonly enhanced: string | undefined
  /** The text of each line, without code and separator, as the server wrote it: hostile, not yet escaped. */
  readonly lines: readonly string[]
  /** Some line ended in LF alone. */
  readonly bareLf: boolean
}

/** Bytes that cannot be a reply. The connection is of no more use. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly why: string
  /** What stood there, at most 200 characters. */
  readonly shown: string
}

/** Limits on what a peer may make us keep. RFC 5321 4.5.3.1.5 allows 512 octets a line; real ones are longer. */
const maxLine = 4096
const maxLines = 200

/**
 * Takes bytes in any pieces and gives whole replies.
 *
 * @example
 * ```ts
 * const parser = new ReplyParser()
 * parser.push(Buffer.from('250-mx\r\n250 SIZE\r\n'))
 * parser.next() // { code: 250, lines: ['mx', 'SIZE'], … }
 * ```
 */
export class ReplyParser {
  #bytes: Buffer = Buffer.alloc(0)
  #lines: string[] = []
  #code = 0
  #bareLf = false

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
  }

  /** Octets that came and belong to no reply yet handed out. */
  get buffered(): number {
    return this.#bytes.length + this.#lines.reduce((sum, line) => sum + line.length, 0)
  }

  /** Removes and returns what is left, for showing. */
  drain(): Buffer {
    const rest = this.#bytes
    this.#bytes = Buffer.alloc(0)
    return rest
  }

  /** The next whole reply; undefined while it is not complete. */
  next(): Reply | Malformed | undefined {
    for (;;) {
      const end = this.#bytes.indexOf(0x0a)
      if (end < 0) return this.#bytes.length > maxLine ? this.#malformed('a line has no end') : undefined
      if (end > maxLine) return this.#malformed('a line is too long')
      const cr = end > 0 && this.#bytes[end - 1] === 0x0d
      const line = this.#bytes.subarray(0, cr ? end - 1 : end).toString('utf8')
      const match = /^([2-5][0-5][0-9])(?:([ -])(.*))?$/s.exec(line)
      if (!match) return this.#malformed('not an SMTP reply')
      const code = Number(match[1])
      // RFC 5321 4.2.1: every line of a reply bears the same code.
      if (this.#lines.length > 0 && code !== this.#code) return this.#malformed('inconsistent reply codes')
      this.#bytes = this.#bytes.subarray(end + 1)
      this.#code = code
      this.#bareLf ||= !cr
      this.#lines.push(match[3] ?? '')
      if (match[2] !== '-') return this.#finish()
      if (this.#lines.length >= maxLines) return this.#malformed('a reply has too many lines')
    }
  }

  #finish(): Reply {
    const reply: Reply = {
      code: this.#code,
      enhanced: enhancedCode(this.#code, this.#lines[0] ?? ''),
      lines: this.#lines,
      bareLf: this.#bareLf,
    }
    this.#lines = []
    this.#bareLf = false
    return reply
  }

  #malformed(why: string): Malformed {
    const before = this.#lines.map((line, index) => `${this.#code}${index < this.#lines.length ? '-' : ' '}${line}\n`).join('')
    return { kind: 'malformed', why, shown: (before + this.#bytes.subarray(0, 200).toString('utf8')).slice(0, 200) }
  }
}

function enhancedCode(code: number, text: string): string | undefined {
  const match = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(text)
  // RFC 2034 4: the class of the enhanced code agrees with the first digit of the reply.
  return match?.[1]?.startsWith(String(Math.floor(code / 100))) ? match[1] : undefined
}

/** A reply on one line, as a person reads it: `421 4.3.2 Service not available`. Not escaped. */
export function replyText(reply: Reply): string {
  return `${reply.code} ${reply.lines.join(' / ')}`.trimEnd()
}
