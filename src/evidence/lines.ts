import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { systemError } from '../errors.ts'

/** An entry is far shorter; a longer line is somebody else's. */
const maxLine = 65_535

/**
 * The lines of a log. A line that is too long is given cut, so that it fails to verify instead of filling the memory;
 * what stands after the last line feed is given too, marked by a line feed that no whole line holds.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 18 })) {
      const pieces = (rest + String(chunk)).split('\n')
      rest = pieces.pop() ?? ''
      for (const piece of pieces) yield decode(piece)
      if (rest.length > maxLine) {
        yield decode(rest.slice(0, maxLine))
        return
      }
    }
  } catch (error) {
    throw systemError(error, path)
  }
  if (rest !== '') yield `${decode(rest)}\n`
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Read as latin1 so that no character is cut in two, then as the UTF-8 it must be; what is none cannot verify. */
function decode(latin1: string): string {
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'))
  } catch {
    return '(not UTF-8)'
  }
}

/** How many octets stand after the last line feed: what a crash left half-written. */
export async function readTornTail(path: string): Promise<number> {
  const file: FileHandle = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(size, maxLine * 2))
    await file.read(tail, 0, tail.length, size - tail.length)
    return tail.length - 1 - tail.lastIndexOf(0x0a)
  } finally {
    await file.close()
  }
}
