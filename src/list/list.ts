import { open } from 'node:fs/promises'
import { SealpostError, systemError } from '../errors.ts'
import type { Address } from '../smtp/index.ts'
import { readAddress } from './cell.ts'
import { guessDelimiter, type Header, readHeader } from './header.ts'
import type { Delimiter } from './limit.ts'
import { type CsvRecord, readRecords } from './record.ts'

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
  /** The address as it stands there, or the row where its fields cannot be told apart; at most 200 characters. */
  readonly text: string
  /** One clause for a person. */
  readonly why: string
}

export type Row = Recipient | InvalidRow

export interface ListOptions {
  /** The column of addresses, where its name does not say so. */
  readonly addressColumn?: string
}

/** A list of recipients whose header makes sense. */
export interface List extends Header {
  readonly delimiter: Delimiter
  /** Streams the rows from the start, anew each time; throws as `readList` does. */
  rows(): AsyncGenerator<Row, void>
}

/**
 * Reads the header of a list in CSV: names, delimiter (comma, semicolon or tab), column of addresses.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_FILE_EMPTY, SP_LIST_INVALID, SP_LIST_NO_ADDRESS
 */
export async function openList(path: string, options: ListOptions = {}): Promise<List> {
  const delimiter = guessDelimiter(await readHead(path))
  for await (const { line, fields } of readRecords(path, delimiter)) {
    const header = readHeader(fields, `${path}:${line}`, options.addressColumn)
    return { ...header, delimiter, rows: () => readRows(path, delimiter, header, fields) }
  }
  throw new SealpostError('SP_FILE_EMPTY', { where: path })
}

/**
 * Streams the rows of a list. A row whose fields or address are wrong is yielded as `invalid`; what makes the rest of
 * the file unreadable (a quote that is never closed, another encoding) is an error with its line.
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
  path: string,
  delimiter: Delimiter,
  header: Header,
  first: readonly string[],
): AsyncGenerator<Row, void> {
  let rows = -1
  for await (const record of readRecords(path, delimiter)) {
    if (rows < 0) {
      if (record.fields.join('\0') !== first.join('\0')) {
        const what = 'The names of the columns changed while the list was read'
        throw new SealpostError('SP_LIST_INVALID', { where: `${path}:${record.line}`, what, next: 'Run the same command again.' })
      }
      rows = 0
    } else if (record.fields.some((field) => field !== '')) {
      rows++
      yield readRow(record, header)
    }
  }
  if (rows > 0) return
  const what = 'The list has the names of its columns and no row below them'
  throw new SealpostError('SP_LIST_NO_RECIPIENT', { where: `${path}:1`, what, next: 'Add a row for each recipient.' })
}

function readRow({ line, fields }: CsvRecord, header: Header): Row {
  const { columns, addressColumn } = header
  if (fields.length !== columns.length) {
    const why = `it has ${fields.length} field${fields.length === 1 ? '' : 's'}, where the first line has ${columns.length}`
    return { kind: 'invalid', line, text: cut(fields.join(',')), why }
  }
  const values: Record<string, string> = {}
  for (const [index, name] of columns.entries()) values[name] = (fields[index] ?? '').trim()
  const text = values[addressColumn] ?? ''
  const address = readAddress(text)
  if (address.kind === 'invalid') return { kind: 'invalid', line, text: cut(text), why: address.why }
  return { kind: 'recipient', line, address, columns: values }
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}

/** The beginning of the file, enough for the names of some hundred columns. */
async function readHead(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r')
    const facts = await file.stat()
    if (!facts.isFile()) {
      const what = facts.isDirectory() ? 'This is a folder, not a file' : 'This is not a regular file, and a list is read twice'
      throw new SealpostError('SP_FILE_UNREADABLE', { where: path, what })
    }
    const buffer = Buffer.alloc(64 * 1024)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}
