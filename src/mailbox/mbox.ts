import type { FileHandle } from 'node:fs/promises'
import { Content } from './content.ts'
import type { StoredMessage } from './message.ts'

/** A line is looked at as a whole up to here; what is longer parts nothing. */
const maxLine = 1_000

/**
 * Reads the messages of an mbox (RFC 4155), in memory that does not grow with the file. A line parts two messages where it
 * begins with `From `, an empty line or nothing stands before it, and it holds a time and a year, as the separators of all
 * kinds of mbox do. `Content-Length`, by which mboxcl2 goes, is not heeded: it comes from whoever wrote the message, and a
 * wrong one would hide those behind it. One `>` is taken from quoted lines, which is right for mboxrd; in an mboxo a line
 * that began with `>From ` before it was stored loses its sign, and nothing hangs on that.
 *
 * @param name the file, as it shall be named in places
 */
export async function* readMbox(file: FileHandle, name: string): AsyncGenerator<StoredMessage> {
  const splitter = new Splitter(name)
  let carry = Buffer.alloc(0)
  for await (const chunk of file.createReadStream({
    autoClose: false,
    start: 0,
    highWaterMark: 256 * 1024,
  }) as AsyncIterable<Buffer>) {
    const octets = carry.length === 0 ? chunk : Buffer.concat([carry, chunk])
    let at = 0
    for (let feed = octets.indexOf(0x0a); feed >= 0; feed = octets.indexOf(0x0a, at)) {
      const message = splitter.takeLine(octets.subarray(at, feed + 1))
      if (message) yield message
      at = feed + 1
    }
    const rest = octets.subarray(at)
    if (rest.length > maxLine) splitter.takePiece(rest)
    carry = rest.length > maxLine ? Buffer.alloc(0) : Buffer.from(rest)
  }
  if (carry.length > 0) {
    const message = splitter.takeLine(carry)
    if (message) yield message
  }
  const last = splitter.finish()
  if (last) yield last
}

class Splitter {
  readonly #name: string
  readonly #content = new Content()
  /** Octets read before the line at hand, and before the message. */
  #offset = 0
  #begin = 0
  #open = false
  /** The line before was empty, or there was none. */
  #afterEmpty = true
  /** An empty line that may turn out to be the separator's. */
  #pending: Buffer | undefined
  /** The line at hand began with a piece that was taken already. */
  #within = false

  constructor(name: string) {
    this.#name = name
  }

  /** @param line with its line feed, if it has one; the message before it, where it parts two */
  takeLine(line: Buffer): StoredMessage | undefined {
    const offset = this.#offset
    this.#offset += line.length
    if (this.#within) {
      this.#within = false
      this.#content.add(line)
      return undefined
    }
    if (this.#afterEmpty && isSeparator(line)) {
      const message = this.finish()
      this.#open = true
      this.#begin = offset
      this.#afterEmpty = false
      return message
    }
    this.#flush()
    const empty = line.length <= 2 && (line[0] === 0x0a || (line[0] === 0x0d && line[1] === 0x0a))
    this.#afterEmpty = empty
    if (empty) this.#pending = Buffer.from(line)
    else this.#content.add(isQuoted(line) ? line.subarray(1) : line)
    return undefined
  }

  /** The beginning of a line that is longer than any separator. */
  takePiece(piece: Buffer): void {
    this.#offset += piece.length
    this.#flush()
    this.#within = true
    this.#afterEmpty = false
    this.#content.add(piece)
  }

  finish(): StoredMessage | undefined {
    this.#pending = undefined
    const { whole } = this.#content
    const content = this.#content.take()
    // What stands before the first separator is no message.
    return this.#open ? { place: `${this.#name}:${this.#begin}`, content, whole } : undefined
  }

  #flush(): void {
    if (this.#pending) this.#content.add(this.#pending)
    this.#pending = undefined
  }
}

const from = Buffer.from('From ')

export function isSeparator(line: Buffer): boolean {
  if (line.length > maxLine || !line.subarray(0, 5).equals(from)) return false
  const text = line.toString('latin1')
  return /\s\d{1,2}:\d\d(?::\d\d)?\s/.test(text) && /\s(?:19|20)\d\d(?:\s|$)/.test(text)
}

function isQuoted(line: Buffer): boolean {
  let at = 0
  while (line[at] === 0x3e) at++
  return at > 0 && line.subarray(at, at + 5).equals(from)
}
