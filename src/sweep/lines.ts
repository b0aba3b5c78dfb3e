import type { FileHandle } from 'node:fs/promises'

/** Octets of one line. Twenty hosts with ten addresses each take a tenth of it. */
const maxLine = 1 << 20

/** One line of a file. */
interface Line {
  readonly text: string
  /** It ends in a line feed. */
  readonly whole: boolean
  /** Octets of the file up to its end. */
  readonly until: number
}

/** Lines as they come, in memory that does not grow with the file: one that is too long comes as an empty one. */
export async function* readLines(file: FileHandle): AsyncGenerator<Line> {
  const buffer = Buffer.alloc(1 << 16)
  let held: Buffer[] = []
  let length = 0
  let position = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) break
    let start = 0
    for (let feed = buffer.indexOf(0x0a); feed !== -1 && feed < bytesRead; feed = buffer.indexOf(0x0a, start)) {
      if (length <= maxLine) held.push(buffer.subarray(start, feed))
      const text = length + feed - start > maxLine ? '' : Buffer.concat(held).toString('utf8')
      held = []
      length = 0
      start = feed + 1
      yield { text, whole: true, until: position + start }
    }
    length += bytesRead - start
    // A copy: the buffer is read into again.
    if (length <= maxLine) held.push(Buffer.from(buffer.subarray(start, bytesRead)))
    else held = []
    position += bytesRead
  }
  if (length > 0) yield { text: Buffer.concat(held).toString('utf8'), whole: false, until: position }
}
