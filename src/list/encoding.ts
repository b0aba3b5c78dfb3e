import { isAscii, isUtf8 } from 'node:buffer'
import { findWhole } from './whole.ts'

/** How the text of a list is written down: a label of the WHATWG Encoding Standard. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | (string & {})

/**
 * Tells UTF-16 by its byte order mark, or by every other octet being zero, as it is in text of Latin letters. Undefined
 * where it is something else.
 */
export function detectUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  // FF FE 00 00 is the mark of UTF-32, which no spreadsheet writes; it then fails on its NULs.
  if (head[0] === 0xff && head[1] === 0xfe && !(head[2] === 0 && head[3] === 0)) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const looked = head.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [index, byte] of looked.entries()) if (byte === 0) zeros[index & 1] = (zeros[index & 1] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = looked.length / 4
  if (odd > many && even === 0) return 'utf-16le'
  return even > many && odd === 0 ? 'utf-16be' : undefined
}

// The octets that Windows-1252 has no character for (encoding.spec.whatwg.org/index-windows-1252.txt maps them to controls).
const undefined1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])

/**
 * Reads all of a text to tell UTF-8 from Windows-1252, in which spreadsheets save "CSV" on Windows in the west. A text
 * that has characters of both is UTF-8 with faults: to guess there would spoil names in silence.
 */
export async function detectOctets(chunks: AsyncIterable<Buffer>): Promise<'utf-8' | 'windows-1252'> {
  let held = Buffer.alloc(0)
  const seen = { whole: false, broken: false, never: false }
  for await (const chunk of chunks) {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    const end = findWhole(bytes)
    look(bytes.subarray(0, end), seen)
    held = Buffer.from(bytes.subarray(end))
    if (seen.never || (seen.whole && seen.broken)) return 'utf-8'
  }
  // A last character that is cut in two is a file that is cut off.
  return seen.broken && held.length === 0 ? 'windows-1252' : 'utf-8'
}

function look(bytes: Buffer, seen: { whole: boolean; broken: boolean; never: boolean }): void {
  if (isAscii(bytes)) return
  if (isUtf8(bytes)) {
    // The byte order mark alone would be whole too, and it says the same: UTF-8.
    seen.whole = true
    return
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) {
      if (byte === 0) seen.never = true
      continue
    }
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    if (byte >= 0xc2 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length) {
      seen.whole = true
      at += length - 1
    } else {
      seen.broken = true
      if (undefined1252.has(byte)) seen.never = true
    }
  }
}
