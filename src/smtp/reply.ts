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

const lineFeed = 0x0a

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
  /** What came and was not looked at yet: joined only when a line may be whole, so that single octets cost no more. */
  #chunks: Buffer[] = []
  #octets = 0
  #mayHaveLine = false
  #lines: string[] = []
  #lineOctets = 0
  #code = 0
  #bareLf = false
  /** The line just taken ends its reply. */
  #last = false

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#octets += chunk.length
    this.#mayHaveLine ||= this.#octets > maxLine || chunk.includes(lineFeed)
  }

  /** Octets that came and belong to no reply yet handed out. */
  get buffered(): number {
    return this.#octets + this.#lineOctets
  }

  /** Removes and returns what is left, for showing. */
  drain(): Buffer {
    const rest = Buffer.concat(this.#chunks)
    this.#keep(Buffer.alloc(0))
    return rest
  }

  /** The next whole reply; undefined while it is not complete. */
  next(): Reply | Malformed | undefined {
    if (!this.#mayHaveLine) return undefined
    const bytes = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks)
    let from = 0
    for (;;) {
      const end = bytes.indexOf(lineFeed, from)
      if (end < 0) {
        this.#keep(bytes.subarray(from))
        this.#mayHaveLine = false
        return this.#octets > maxLine ? this.#malformed('a line has no end') : undefined
      }
      const problem = this.#takeLine(bytes.subarray(from, end))
      if (problem) {
        this.#keep(bytes.subarray(from))
        return this.#malformed(problem)
      }
      from = end + 1
      if (this.#last) {
        this.#keep(bytes.subarray(from))
        return this.#finish()
      }
    }
  }

  /** @param line with its carriage return, without its line feed; why it is none where it is none */
  #takeLine(line: Buffer): string | undefined {
    if (line.length > maxLine) return 'a line is too long'
    const cr = line.at(-1) === 0x0d
    const match = /^([2-5][0-5][0-9])(?:([ -])(.*))?$/s.exec(line.toString('utf8', 0, cr ? line.length - 1 : line.length))
    if (!match) return 'not an SMTP reply'
    const code = Number(match[1])
    // RFC 5321 4.2.1: every line of a reply bears the same code.
    if (this.#lines.length > 0 && code !== this.#code) return 'inconsistent reply codes'
    if (this.#lines.length >= maxLines) return 'a reply has too many lines'
    this.#code = code
    this.#bareLf ||= !cr
    this.#lines.push(match[3] ?? '')
    this.#lineOctets += line.length
    this.#last = match[2] !== '-'
    return undefined
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#octets = rest.length
  }

  #finish(): Reply {
    const reply: Reply = {
      code: this.#code,
      enhanced: enhancedCode(this.#code, this.#lines[0] ?? ''),
      lines: this.#lines,
      bareLf: this.#bareLf,
    }
    this.#lines = []
    this.#lineOctets = 0
    this.#bareLf = false
    this.#last = false
    return reply
  }

  #malformed(why: string): Malformed {
    const before = this.#lines.map((line) => `${this.#code}-${line}\n`).join('')
    return {
      kind: 'malformed',
      why,
      shown: (before + Buffer.concat(this.#chunks).subarray(0, 200).toString('utf8')).slice(0, 200),
    }
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
