import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { SealpostError } from '../errors.ts'
import { type Delimiter, maxRecordBytes } from './limit.ts'
import { type Source, readBytes } from './source.ts'

interface Fault {
  readonly line: number
  readonly what: string
  readonly next: string
}

const lf = 0x0a
const cr = 0x0d
const quote = 0x22

const double = 'Inside a quoted field write "" for a quote.'
const save = 'Save the list as CSV in UTF-8 (Excel: "CSV UTF-8").'

/**
 * Says why a list cannot be read, and on which line: the parser knows where it gave up, which for a quote that was not
 * closed is the end of the file. Reads the file a second time, which only a broken list costs.
 */
export async function explainFault(source: Source, delimiter: Delimiter, cause: unknown): Promise<SealpostError> {
  const { path, encoding } = source
  const scanner = new FaultScanner(delimiter)
  // Whatever the encoding, the scanner sees UTF-8; what is not text of another encoding becomes U+FFFD and is told first.
  const decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding, { fatal: true })
  let line = 1
  try {
    for await (const chunk of readBytes(path, source.gzip)) {
      const octets = decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk
      line += octets.filter((octet) => octet === lf).length
      if (scanner.read(octets)) break
    }
    decoder?.decode()
  } catch (error) {
    if (error instanceof SealpostError) return error
    const what = `From about this line on, the list is not text in ${encoding}`
    return new SealpostError('SP_LIST_INVALID', { where: `${path}:${line}`, what, next: save, cause })
  }
  const fault = scanner.end()
  if (fault)
    return new SealpostError('SP_LIST_INVALID', { where: `${path}:${fault.line}`, what: fault.what, next: fault.next, cause })
  const what = 'The list was changed while it was read'
  return new SealpostError('SP_LIST_INVALID', { where: path, what, next: 'Run the same command again.', cause })
}

/** Walks through RFC 4180 byte by byte as the parser does, and remembers where what is open was opened. */
class FaultScanner {
  #state: 'start' | 'plain' | 'quoted' | 'closing' | 'after' = 'start'
  #line = 1
  #opened = 0
  #record = { line: 1, bytes: 0 }
  #previous = 0
  #begun = false
  #text: Buffer[] = []
  #fault: Fault | undefined
  readonly #delimiter: number

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter.charCodeAt(0)
  }

  /** Whether a fault was found. */
  read(chunk: Buffer): boolean {
    // The byte order mark belongs to no field: a quote may open right behind it.
    let from = !this.#begun && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0
    this.#begun = true
    for (let at = from; at < chunk.length && !this.#fault; at++) {
      const byte = chunk[at] ?? 0
      const breaks = byte === cr || (byte === lf && this.#previous !== cr)
      if (breaks) {
        this.#checkText(chunk.subarray(from, at))
        from = at
      }
      this.#step(byte, breaks)
      this.#previous = byte
    }
    // The chunk is read into again.
    this.#text.push(Buffer.from(chunk.subarray(from)))
    return this.#fault !== undefined
  }

  end(): Fault | undefined {
    if (!this.#fault) this.#checkText(Buffer.alloc(0))
    if (this.#state === 'quoted') this.#report(this.#opened, 'A quote opens here and is never closed', `Close it. ${double}`)
    return this.#fault
  }

  #step(byte: number, breaks: boolean): void {
    if (byte === 0) this.#report(this.#line, 'The line has a NUL byte, so this is no text', 'Save the list as CSV in UTF-8.')
    if (++this.#record.bytes > maxRecordBytes) this.#reportLong()
    if (breaks) this.#line++
    if (this.#state === 'quoted') {
      if (byte === quote) this.#state = 'closing'
    } else if (byte === cr || byte === lf) {
      this.#state = 'start'
      this.#record = { line: this.#line, bytes: 0 }
    } else if (byte === this.#delimiter) this.#state = 'start'
    else if (byte === quote) this.#readQuote()
    else if (byte === 0x20 || byte === 0x09 || byte === 0x0c) {
      if (this.#state === 'closing') this.#state = 'after'
    } else if (this.#state === 'closing' || this.#state === 'after') {
      this.#report(this.#opened, 'A quote opens here, and after its end the field goes on', double)
    } else this.#state = 'plain'
  }

  #readQuote(): void {
    if (this.#state === 'closing') this.#state = 'quoted'
    else if (this.#state === 'start') {
      this.#state = 'quoted'
      this.#opened = this.#line
    } else {
      const what = 'A quote stands inside a field that does not begin with one'
      this.#report(this.#line, what, 'Put the whole field in quotes, and write "" for a quote inside it.')
    }
  }

  #reportLong(): void {
    if (this.#state === 'quoted')
      this.#report(this.#opened, 'A quote opens here and is not closed within 1 MB', `Close it. ${double}`)
    else this.#report(this.#record.line, 'The row is longer than 1 MB', 'Check that the file is a list in CSV.')
  }

  #checkText(rest: Buffer): void {
    if (!isUtf8(Buffer.concat([...this.#text, rest]))) {
      this.#report(this.#line, 'The line is not UTF-8', save)
    }
    this.#text = []
  }

  #report(line: number, what: string, next: string): void {
    this.#fault ??= { line, what, next }
  }
}
