import { isUtf8 } from 'node:buffer'
import { readBoundedFile } from '../boundedFile.ts'
import { type ErrorCode, SealpostError } from '../errors.ts'

const megabyte = 1024 * 1024

/**
 * Reads a text file that a person wrote: a settings file, a campaign, a template. UTF-8, at most 1 MB.
 * The byte order mark goes, and every line ends with LF, so that line numbers are those of the editor.
 *
 * @param path as it shall stand in errors
 * @param code for a file that is there and is no such text
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_FILE_EMPTY, or `code`
 */
export async function readText(path: string, code: ErrorCode): Promise<string> {
  const bytes = await readBytes(path, code)
  refuseEncoding(bytes, path, code)
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
  if (text.trim() === '') throw new SealpostError('SP_FILE_EMPTY', { where: path })
  return text
}

async function readBytes(path: string, code: ErrorCode): Promise<Buffer> {
  const bytes = await readBoundedFile(path, megabyte)
  if (bytes) return bytes
  throw new SealpostError(code, {
    where: path,
    what: 'The file is larger than 1 MB',
    next: 'Check that it is the file meant.',
  })
}

function refuseEncoding(bytes: Buffer, path: string, code: ErrorCode): void {
  const next = 'Save the file as UTF-8.'
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new SealpostError(code, { where: `${path}:1`, what: 'The file is saved as UTF-16', next })
  }
  if (isUtf8(bytes) && !bytes.includes(0)) return
  // Latin-1 gives each byte a character of its own, so lines can be told apart before the bytes are understood.
  const lines = bytes.toString('latin1').split(/\r\n|\r|\n/)
  const at = lines.findIndex((line) => line.includes('\0') || !isUtf8(Buffer.from(line, 'latin1')))
  const what = lines[at]?.includes('\0') ? 'The line has a NUL byte, so this is no text' : 'The line is not UTF-8'
  throw new SealpostError(code, { where: `${path}:${at + 1}`, what, next })
}
