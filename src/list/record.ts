import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { systemError } from '../errors.ts'
import { explainFault } from './fault.ts'
import { type Delimiter, maxRecordBytes } from './limit.ts'

/** One record of RFC 4180. */
export interface CsvRecord {
  /** The line that it begins on; a quoted field may go on over several. */
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * Streams the records of a CSV file, empty lines left out, in memory that does not grow with the file.
 *
 * @throws SealpostError SP_LIST_INVALID with the line at fault, or what opening the file gave
 */
export async function* readRecords(path: string, delimiter: Delimiter): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    info: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxRecordBytes,
    // Each line may end in its own way: lists that were put together by hand do.
    record_delimiter: ['\r\n', '\n', '\r'],
  })
  // Whatever fails reaches the loop below through the parser; the callback only keeps it from being thrown twice.
  pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), refuseBinary, parser, () => {})
  let records = 0
  let breaks = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { empty_lines: number } }>) {
      // The parser's own count of lines takes a CRLF between quotes for two.
      yield { line: 1 + records + breaks + info.empty_lines, fields: record }
      records++
      for (const field of record) breaks += countBreaks(field)
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw systemError(error, path)
    throw await explainFault(path, delimiter, error)
  }
}

/** Passes on text in UTF-8 and fails on anything else; `explainFault` then finds the line. */
async function* refuseBinary(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    const end = findWhole(bytes)
    const whole = bytes.subarray(0, end)
    if (whole.includes(0) || !isUtf8(whole)) throw new Error('the list is not text in UTF-8')
    held = Buffer.from(bytes.subarray(end))
    yield whole
  }
  if (held.length > 0) throw new Error('the list ends inside a character')
}

/** Where the last character that is there as a whole ends: a chunk may cut one in two. */
function findWhole(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

function countBreaks(field: string): number {
  if (!field.includes('\n') && !field.includes('\r')) return 0
  return field.match(/\r\n|\r|\n/g)?.length ?? 0
}
