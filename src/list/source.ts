import { isAscii, isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { TextDecoder } from 'node:util'
import { createGunzip } from 'node:zlib'
import { SealpostError, systemError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type Encoding, detectOctets, detectUtf16 } from './encoding.ts'
import { maxExpanded } from './limit.ts'
import { findWhole } from './whole.ts'

/** A list's file with its encoding known, to be read as often as need be. */
export interface Source {
  readonly path: string
  readonly encoding: Encoding
  /** The encoding was found out, and not given or marked. */
  readonly guessed: boolean
  readonly gzip: boolean
  /** The beginning of the text. */
  readonly head: string
  /** Streams the text, without a byte order mark. Throws what is not text of this encoding as an error of its own. */
  text(): AsyncGenerator<string, void>
}

/** The text is not of its encoding; `explainFault` then finds the line. */
export class BrokenText extends Error {}

const chunkSize = 64 * 1024
const headSize = 64 * 1024

/**
 * Opens a list and finds out how it is written: gzip, UTF-8, UTF-16 or Windows-1252. Reads it through, where that is what
 * it takes to tell.
 *
 * @param given the encoding, where a person names it
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_LIST_INVALID for a spreadsheet's own file, SP_USAGE
 */
export async function openSource(path: string, given?: string): Promise<Source> {
  const start = await readStart(path)
  const gzip = start[0] === 0x1f && start[1] === 0x8b
  if (!gzip) refuseWorkbook(start, path)
  const bytes = (): AsyncGenerator<Buffer, void> => readBytes(path, gzip)
  const head = gzip ? await firstBytes(bytes()) : start
  const utf16 = detectUtf16(head)
  const encoding = given === undefined ? (utf16 ?? (await detectOctets(bytes()))) : labelOf(given)
  return {
    path,
    encoding,
    gzip,
    guessed: given === undefined && encoding === 'windows-1252',
    head: new TextDecoder(encoding).decode(head),
    text: () => (encoding === 'utf-8' ? decodeUtf8(bytes()) : decode(bytes(), encoding)),
  }
}

/** @throws SealpostError SP_USAGE */
function labelOf(given: string): Encoding {
  try {
    return new TextDecoder(given).encoding
  } catch (error) {
    const what = `There is no encoding named "${visible(given, 50)}"`
    const next = 'Name one such as utf-8, utf-16le, windows-1252, windows-1250, iso-8859-2 or shift_jis.'
    throw new SealpostError('SP_USAGE', { what, next, cause: error })
  }
}

/** The same as `decode` for the usual encoding: where a chunk is ASCII alone, its text takes half the memory and time. */
async function* decodeUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let held = Buffer.alloc(0)
  let begun = false
  for await (const chunk of bytes) {
    let whole = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    // Three octets are the least that a byte order mark can be told from.
    if (!begun && whole.length < 3) {
      held = Buffer.from(whole)
      continue
    }
    if (!begun && whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf) whole = whole.subarray(3)
    begun = true
    const end = findWhole(whole)
    held = Buffer.from(whole.subarray(end))
    if (end > 0) yield readUtf8(whole.subarray(0, end))
  }
  if (held.length > 0) yield readUtf8(held)
}

function readUtf8(bytes: Buffer): string {
  const ascii = isAscii(bytes)
  if (!ascii && !isUtf8(bytes)) throw new BrokenText('not UTF-8')
  if (bytes.includes(0)) throw new BrokenText('NUL')
  return bytes.toString(ascii ? 'latin1' : 'utf8')
}

async function* decode(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string, void> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of bytes) {
      const text = decoder.decode(chunk, { stream: true })
      if (text.includes('\0')) throw new BrokenText('NUL')
      if (text !== '') yield text
    }
    const rest = decoder.decode()
    if (rest !== '') yield rest
  } catch (error) {
    throw error instanceof TypeError ? new BrokenText(error.message, { cause: error }) : error
  }
}

/** The octets of the file, uncompressed. What is handed out holds until the next is asked for. */
export async function* readBytes(path: string, gzip: boolean): AsyncGenerator<Buffer, void> {
  if (!gzip) {
    yield* readPlainBytes(path)
    return
  }
  const file = createReadStream(path, { highWaterMark: chunkSize })
  const gunzip = createGunzip({ chunkSize })
  file.once('error', (error) => gunzip.destroy(error))
  let total = 0
  try {
    for await (const chunk of file.pipe(gunzip) as AsyncIterable<Buffer>) {
      total += chunk.length
      if (total > maxExpanded) {
        const what = 'The compressed list is larger than 4 GB when it is unpacked'
        throw new SealpostError('SP_LIST_INVALID', { where: path, what, next: 'Unpack it, and import it in parts.' })
      }
      yield chunk
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // node:zlib names what zlib found Z_BUF_ERROR, Z_DATA_ERROR and so on.
    if (!code.startsWith('Z_')) throw systemError(error, path, 'SP_FILE_UNREADABLE')
    const what = 'The compressed list is damaged or cut off'
    throw new SealpostError('SP_LIST_INVALID', { where: path, what, next: 'Make the .gz file again.', cause: error })
  } finally {
    file.destroy()
  }
}

/** Into the same memory again and again: buffers of a stream would pile up until they are collected. */
async function* readPlainBytes(path: string): AsyncGenerator<Buffer, void> {
  const buffer = Buffer.allocUnsafeSlow(chunkSize)
  const read = async (file: FileHandle): Promise<number> => {
    try {
      return (await file.read(buffer, 0, buffer.length)).bytesRead
    } catch (error) {
      throw systemError(error, path, 'SP_FILE_UNREADABLE')
    }
  }
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  try {
    for (let length = await read(file); length > 0; length = await read(file)) yield buffer.subarray(0, length)
  } finally {
    await file.close()
  }
}

async function firstBytes(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of bytes) {
    parts.push(chunk)
    length += chunk.length
    if (length >= headSize) break
  }
  return Buffer.concat(parts).subarray(0, headSize)
}

async function readStart(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, 'r')
    const facts = await file.stat()
    if (!facts.isFile()) {
      const what = facts.isDirectory() ? 'This is a folder, not a file' : 'This is not a regular file, and a list is read twice'
      throw new SealpostError('SP_FILE_UNREADABLE', { where: path, what })
    }
    const buffer = Buffer.alloc(headSize)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}

/** Files that people take for lists, by their first octets. */
const workbooks = [
  [Buffer.from('PK\x03\x04'), 'an Excel or LibreOffice workbook, or another ZIP file'],
  [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'an Excel workbook of the old kind'],
  [Buffer.from('%PDF-'), 'a PDF'],
  [Buffer.from('{\\rtf'), 'a text document (RTF)'],
] as const

function refuseWorkbook(start: Buffer, path: string): void {
  for (const [magic, name] of workbooks) {
    if (!start.subarray(0, magic.length).equals(magic)) continue
    const next = 'Open it, and save the sheet of recipients as CSV (Excel: "CSV UTF-8").'
    throw new SealpostError('SP_LIST_INVALID', { where: path, what: `This is ${name}, not a list`, next })
  }
}
