import { parse } from 'csv-parse/sync'
import { explainFault } from './fault.ts'
import { type Delimiter, maxRecordBytes } from './limit.ts'
import { BrokenText, type Source } from './source.ts'

/** One record of RFC 4180. */
export interface CsvRecord {
  /** The line that it begins on; a quoted field may go on over several. */
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * Streams the records of a CSV file, a batch for each chunk that was read, empty lines left out, in memory that does not
 * grow with the file.
 *
 * @throws SealpostError SP_LIST_INVALID with the line at fault, or what opening the file gave
 */
export async function* readRecords(source: Source, delimiter: Delimiter): AsyncGenerator<readonly CsvRecord[], void> {
  const splitter = new RecordSplitter(delimiter)
  try {
    for await (const chunk of source.text()) yield splitter.read(chunk)
    yield splitter.end()
  } catch (error) {
    if (error instanceof BrokenText || error instanceof BrokenRecord) throw await explainFault(source, delimiter, error)
    throw error
  }
}

/** A record cannot be told apart; `explainFault` then says why, and on which line. */
class BrokenRecord extends Error {}

/**
 * Takes text apart into records. A record without quotes is split, one with whole fields in quotes is walked through;
 * any other (spaces round the quotes, a quote inside a field) goes to csv-parse, whose word is what counts: a property
 * test holds the two equal. csv-parse alone reads 94,000 rows a second here, this reader several times that.
 */
class RecordSplitter {
  #rest = ''
  #line = 1
  readonly #delimiter: Delimiter

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter
  }

  read(chunk: string): CsvRecord[] {
    return this.#split(this.#rest === '' ? chunk : this.#rest + chunk, false)
  }

  end(): CsvRecord[] {
    return this.#rest === '' ? [] : this.#split(this.#rest, true)
  }

  #split(text: string, ended: boolean): CsvRecord[] {
    const records: CsvRecord[] = []
    const marks = new Marks(text)
    let at = 0
    while (at < text.length) {
      const end = marks.lineEnd(at)
      const quote = marks.quote(at)
      const found = quote < end ? this.#readQuoted(text, at, ended, marks) : readPlain(text, at, end, this.#delimiter)
      // A carriage return at the very end may be half of a line end; a record that is not closed needs what follows.
      if (!found || (!ended && (found.end >= text.length || (found.end === text.length - 1 && text[found.end] === '\r')))) break
      if (found.end - at > maxRecordBytes) throw new BrokenRecord('too long')
      if (found.fields) records.push({ line: this.#line, fields: found.fields })
      this.#line += 1 + found.breaks
      at = found.end + (text[found.end] === '\r' && text[found.end + 1] === '\n' ? 2 : 1)
    }
    this.#rest = text.slice(at)
    if (this.#rest.length > maxRecordBytes) throw new BrokenRecord('too long')
    return records
  }

  #readQuoted(text: string, at: number, ended: boolean, marks: Marks): Found | undefined {
    return readWhole(text, at, this.#delimiter, marks) ?? this.#readWithParser(text, at, ended)
  }

  #readWithParser(text: string, at: number, ended: boolean): Found | undefined {
    const end = findEnd(text, at)
    if (end === text.length && !ended) return undefined
    if (end - at > maxRecordBytes) throw new BrokenRecord('too long')
    const record = text.slice(at, end)
    let parsed: string[][]
    try {
      parsed = parse(record, {
        delimiter: this.#delimiter,
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        // Each line may end in its own way: lists that were put together by hand do.
        record_delimiter: ['\r\n', '\n', '\r'],
      })
    } catch (error) {
      throw new BrokenRecord('quotes', { cause: error })
    }
    return { end, fields: parsed[0], breaks: countBreaks(record) }
  }
}

interface Found {
  /** Where the line break stands, or the text ends. */
  readonly end: number
  /** Undefined for an empty line. */
  readonly fields: readonly string[] | undefined
  readonly breaks: number
}

/** Where the next of each character that matters stands, asked for once and not for every line. */
class Marks {
  readonly #text: string
  #lf = -1
  #cr = -1
  #quote = -1

  constructor(text: string) {
    this.#text = text
  }

  lineEnd(from: number): number {
    if (this.#lf < from) this.#lf = this.#find('\n', from)
    if (this.#cr < from) this.#cr = this.#find('\r', from)
    return Math.min(this.#lf, this.#cr, this.#text.length)
  }

  quote(from: number): number {
    if (this.#quote < from) this.#quote = this.#find('"', from)
    return this.#quote
  }

  #find(char: string, from: number): number {
    const at = this.#text.indexOf(char, from)
    return at < 0 ? Number.POSITIVE_INFINITY : at
  }
}

function readPlain(text: string, at: number, end: number, delimiter: Delimiter): Found {
  const fields = text.slice(at, end).split(delimiter)
  for (let index = 0; index < fields.length; index++) fields[index] = (fields[index] ?? '').trim()
  return { end, fields: fields.length === 1 && fields[0] === '' ? undefined : fields, breaks: 0 }
}

/** A record whose quoted fields begin and end with their quotes; undefined for any other, or one that is not all there. */
function readWhole(text: string, from: number, delimiter: Delimiter, marks: Marks): Found | undefined {
  const fields: string[] = []
  let breaks = 0
  let at = from
  for (;;) {
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1)
      let doubled = false
      while (close >= 0 && text[close + 1] === '"') {
        doubled = true
        close = text.indexOf('"', close + 2)
      }
      if (close < 0) return undefined
      const field = text.slice(at + 1, close)
      if (marks.lineEnd(at) < close) breaks += countBreaks(field)
      fields.push(doubled ? field.replaceAll('""', '"') : field)
      at = close + 1
    } else {
      const line = marks.lineEnd(at)
      const next = text.indexOf(delimiter, at)
      const end = next < 0 || next > line ? line : next
      if (marks.quote(at) < end) return undefined
      fields.push(text.slice(at, end).trim())
      at = end
    }
    const after = text[at]
    if (after === undefined || after === '\n' || after === '\r') return { end: at, fields, breaks }
    if (after !== delimiter) return undefined
    at++
  }
}

/** Where the record ends that begins at `from`: at the first line break outside quotes, which is where their number is even. */
function findEnd(text: string, from: number): number {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (!quoted && (char === '\n' || char === '\r')) return at
  }
  return text.length
}

function countBreaks(field: string): number {
  if (!field.includes('\n') && !field.includes('\r')) return 0
  return field.match(/\r\n|\r|\n/g)?.length ?? 0
}
