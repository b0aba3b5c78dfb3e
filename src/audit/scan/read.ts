import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { SealpostError } from '../../errors.ts'

/** Settings are small: what is larger is a dump, a bundle, or a trap. */
const maxBytes = 1 << 20
/** Lock files of large projects are larger than any settings. */
export const maxLockBytes = 32 << 20
const probeBytes = 8192

export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'latin1'

export type Bytes =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly identity: string }
  /** Why it was not read, as the end of a sentence. */
  | { readonly kind: 'not-read'; readonly words: string }

/** Opens a file. Replaced in tests, where no permission keeps root out. */
export type Open = (path: string, flags: number) => number

const whole = Buffer.allocUnsafe(maxBytes + 1)

/**
 * The bytes of a regular file, never more than a MiB. They are overwritten by the next call: whoever keeps them takes
 * a copy. A FIFO or a device is never opened, nor waited for where a file turned into one.
 */
export function readBytes(path: string, limit = maxBytes, open: Open = openSync): Bytes {
  let handle: number | undefined
  try {
    // Opening a FIFO would already tell its other end that somebody listens.
    if (!statSync(path).isFile()) return { kind: 'not-read', words: 'is no regular file' }
    handle = open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const stats = fstatSync(handle)
    if (!stats.isFile()) return { kind: 'not-read', words: 'is no regular file' }
    if (stats.size > limit) return { kind: 'not-read', words: `is larger than ${limit >> 20} MiB, which no settings file is` }
    const buffer = limit > maxBytes ? Buffer.allocUnsafe(stats.size + 1) : whole
    let length = 0
    for (;;) {
      const got = readSync(handle, buffer, length, buffer.length - length, null)
      length += got
      if (got === 0 || length === buffer.length) break
    }
    // It grew while it was read.
    if (length > limit) return { kind: 'not-read', words: `is larger than ${limit >> 20} MiB, which no settings file is` }
    return { kind: 'bytes', bytes: buffer.subarray(0, length), identity: `${stats.dev}:${stats.ino}` }
  } catch (error) {
    return { kind: 'not-read', words: describe(error) }
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

const codes: Readonly<Record<string, string>> = {
  ENOENT: 'is a link to nothing',
  ELOOP: 'is a link that leads round in a circle',
  EACCES: 'may not be read: permission denied',
  EPERM: 'may not be read: permission denied',
  ENXIO: 'is no regular file',
  EISDIR: 'is a folder',
}

export function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return codes[code] ?? `cannot be read${/^E[A-Z]+$/.test(code) ? `: ${code}` : ''}`
}

/** Text and how it was encoded; undefined for what is no text. */
export function decode(bytes: Buffer): { readonly text: string; readonly encoding: Encoding } | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeWide(bytes, 'utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeWide(bytes, 'utf-16be')
  if (bytes.subarray(0, probeBytes).includes(0)) return undefined
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const body = bom ? bytes.subarray(3) : bytes
  const text = body.toString('utf8')
  // Old source files are Latin-1: each byte stays what it is when the text is written back.
  if (text.includes('\u{fffd}') && Buffer.compare(Buffer.from(text), body) !== 0)
    return bom ? undefined : { text: bytes.toString('latin1'), encoding: 'latin1' }
  return { text, encoding: bom ? 'utf-8-bom' : 'utf-8' }
}

function decodeWide(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): ReturnType<typeof decode> {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding }
  } catch {
    return undefined
  }
}

/**
 * A mended text in the bytes that the file was written in.
 *
 * @throws SealpostError SP_FILE_UNREADABLE where Latin-1 cannot hold it
 */
export function encodeText(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-8-bom') return Buffer.from(`\u{feff}${text}`)
  if (encoding === 'utf-16le') return Buffer.from(`\u{feff}${text}`, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(`\u{feff}${text}`, 'utf16le').swap16()
  if (/[^\0-\xff]/.test(text))
    throw new SealpostError('SP_FILE_UNREADABLE', { what: 'The new text cannot be written in Latin-1' })
  return Buffer.from(text, 'latin1')
}
