import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import type { Address } from '../smtp/index.ts'
import { readAddress } from './cell.ts'
import type { Role } from './columnName.ts'
import type { Encoding } from './encoding.ts'
import { guessDelimiter, type Header, readHeader } from './header.ts'
import { type JsonRecord, readJsonNames, readJsonRecords } from './jsonl.ts'
import type { Delimiter } from './limit.ts'
import { type CsvRecord, readRecords } from './record.ts'
import { type Source, openSource } from './source.ts'

/** A row that mail can be sent to. */
export interface Recipient {
  readonly kind: 'recipient'
  readonly line: number
  readonly address: Address
  /** Every column of the row by its name in templates. */
  readonly columns: Readonly<Record<string, string>>
}

/** A row that cannot be sent to; the others are not touched by it. */
export interface InvalidRow {
  readonly kind: 'invalid'
  readonly line: number
  /** The column at fault; undefined where it is the row as a whole. */
  readonly column: string | undefined
  /** What stands there, or the row where its fields cannot be told apart; at most 200 characters. */
  readonly text: string
  /** One clause for a person. */
  readonly why: string
  /** What to do, one sentence. */
  readonly next: string
}

export type Row = Recipient | InvalidRow

export interface ListOptions {
  /** The column of addresses, where its name does not say so. */
  readonly addressColumn?: string
  /** Columns of other roles, where their names do not say so. */
  readonly mapping?: Readonly<Partial<Record<Role, string>>>
  /** The encoding, where it is not found out right. */
  readonly encoding?: string
}

/** How a list is written. */
export interface ListForm {
  readonly format: 'csv' | 'jsonl'
  /** Undefined for JSON Lines. */
  readonly delimiter: Delimiter | undefined
  readonly encoding: Encoding
  /** The encoding was found out and may be wrong: a person should look at the names. */
  readonly guessed: boolean
  readonly gzip: boolean
}

/** A list of recipients whose header makes sense. */
export interface List extends Header, ListForm {
  /** Streams the rows from the start, anew each time; throws as `readList` does. */
  rows(): AsyncGenerator<Row, void>
}

/**
 * Reads the header of a list in CSV (comma, semicolon, tab or |) or JSON Lines: names, form, columns that we know.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_FILE_EMPTY, SP_LIST_INVALID, SP_LIST_NO_ADDRESS
 */
export async function openList(path: string, options: ListOptions = {}): Promise<List> {
  const source = await openSource(path, options.encoding)
  const wanted = { ...options.mapping, ...(options.addressColumn === undefined ? {} : { email: options.addressColumn }) }
  const form = { encoding: source.encoding, guessed: source.guessed, gzip: source.gzip }
  const first = /[^\s\ufeff]/.exec(source.head)?.[0]
  if (first === '[') {
    const next = 'Save it as JSON Lines: one object a line, without brackets and commas around them.'
    throw new SealpostError('SP_LIST_INVALID', { where: `${path}:1`, what: 'This is one JSON array, not JSON Lines', next })
  }
  if (first === '{') {
    const names = await readJsonNames(source)
    if (names.length === 0) {
      const next = 'Write one object a line, such as {"email":"ada@example.org"}.'
      throw new SealpostError('SP_LIST_INVALID', { where: `${path}:1`, what: 'No line of it is a JSON object with values', next })
    }
    const header = readHeader(names, `${path}:1`, wanted)
    return { ...header, ...form, format: 'jsonl', delimiter: undefined, rows: () => readJsonRows(source, header, names) }
  }
  const delimiter = guessDelimiter(source.head)
  for await (const batch of readRecords(source, delimiter)) {
    const [record] = batch
    if (!record) continue
    const header = readHeader(record.fields, `${path}:${record.line}`, wanted)
    return { ...header, ...form, format: 'csv', delimiter, rows: () => readRows(source, delimiter, header, record.fields) }
  }
  throw new SealpostError('SP_FILE_EMPTY', { where: path })
}

/**
 * Streams the rows of a list. A row whose fields or address are wrong is yielded as `invalid`; what makes the rest of
 * the file unreadable (a quote that is never closed, a mixture of encodings) is an error with its line.
 *
 * @example
 * ```ts
 * for await (const row of readList('list.csv')) if (row.kind === 'recipient') use(row.address, row.columns)
 * ```
 * @throws SealpostError what `openList` throws, and SP_LIST_NO_RECIPIENT where no row follows the header
 */
export async function* readList(path: string, options: ListOptions = {}): AsyncGenerator<Row, void> {
  const list = await openList(path, options)
  yield* list.rows()
}

async function* readRows(
  source: Source,
  delimiter: Delimiter,
  header: Header,
  first: readonly string[],
): AsyncGenerator<Row, void> {
  const { path } = source
  let rows = -1
  for await (const batch of readRecords(source, delimiter)) {
    for (const record of batch) {
      if (rows < 0) {
        if (record.fields.join('\0') !== first.join('\0')) {
          const what = 'The names of the columns changed while the list was read'
          throw new SealpostError('SP_LIST_INVALID', {
            where: `${path}:${record.line}`,
            what,
            next: 'Run the same command again.',
          })
        }
        rows = 0
      } else if (record.fields.some((field) => field !== '')) {
        rows++
        yield readRow(record, header)
      }
    }
  }
  if (rows > 0) return
  const what = 'The list has the names of its columns and no row below them'
  throw new SealpostError('SP_LIST_NO_RECIPIENT', { where: `${path}:1`, what, next: 'Add a row for each recipient.' })
}

async function* readJsonRows(source: Source, header: Header, names: readonly string[]): AsyncGenerator<Row, void> {
  for await (const batch of readJsonRecords(source)) for (const record of batch) yield readJsonRow(record, header, names)
}

function readJsonRow(record: JsonRecord, header: Header, names: readonly string[]): Row {
  const { line } = record
  if ('why' in record) {
    const next = 'Write one object of plain values a line.'
    return { kind: 'invalid', line, column: undefined, text: cut(record.text), why: record.why, next }
  }
  return readRow({ line, fields: names.map((name) => record.fields.get(name) ?? '') }, header)
}

// Line breaks and tabs are part of notes that people write; these are part of nothing.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/

function readRow({ line, fields }: CsvRecord, { columns, addressColumn }: Header): Row {
  if (fields.length !== columns.length) {
    const why = `it has ${fields.length} field${fields.length === 1 ? '' : 's'}, where the first line has ${columns.length}`
    const next = 'Put fields that hold the delimiter in quotes, and give each row as many fields as the first line has.'
    return { kind: 'invalid', line, column: undefined, text: cut(fields.join(',')), why, next }
  }
  const values: Record<string, string> = {}
  for (let index = 0; index < columns.length; index++) {
    const name = columns[index] ?? ''
    const value = (fields[index] ?? '').trim()
    if (control.test(value)) {
      const found = visible(control.exec(value)?.[0] ?? '')
      const why = `the control character ${found} stands in it`
      return { kind: 'invalid', line, column: name, text: cut(value), why, next: 'Delete it, or type the cell anew.' }
    }
    values[name] = value
  }
  const text = values[addressColumn] ?? ''
  const address = readAddress(text)
  if (address.kind === 'invalid')
    return { kind: 'invalid', line, column: addressColumn, text: cut(text), why: address.why, next: address.next }
  return { kind: 'recipient', line, address, columns: values }
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
