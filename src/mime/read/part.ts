import { parseContentType } from './contentType.ts'
import { type Field, type Unreadable, findField, parseHead } from './header.ts'
import { limits } from './limit.ts'

/** A message or a part of one: its structure alone, with the content as it stands there. */
export interface Part {
  readonly kind: 'part'
  readonly fields: readonly Field[]
  /** Lower case; empty where the Content-Type makes no sense. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** Not decoded (`decodeBody` does): a view of the octets that were given. */
  readonly body: Buffer
  /** Of a multipart. A message within a message is a leaf: what came back is read by whoever wants it, and no deeper. */
  readonly parts: readonly Part[]
}

/**
 * Takes a message apart as RFC 2046 5.1 has it, and no further than its structure. Never throws; what goes beyond the
 * limits is refused as a whole, since half a report is worse than none.
 *
 * @param octets at most as much as the caller is ready to hold: no content is copied
 */
export function parseMessage(octets: Buffer): Part | Unreadable {
  return new Reader().read(octets, 0)
}

class Reader {
  #parts = 0

  read(octets: Buffer, depth: number): Part | Unreadable {
    const head = parseHead(octets)
    if (head.kind === 'unreadable') return head
    const content = parseContentType(findField(head.fields, 'content-type'))
    const type = content?.type ?? ''
    const parameters = content?.parameters ?? new Map<string, string>()
    const body = octets.subarray(head.end)
    const leaf: Part = { kind: 'part', fields: head.fields, type, parameters, body, parts: [] }
    if (!type.startsWith('multipart/')) return leaf
    if (depth >= limits.depth) return { kind: 'unreadable', why: `multiparts lie in one another more than ${limits.depth} deep` }
    const boundary = parameters.get('boundary')?.trimEnd() ?? ''
    // RFC 2046 5.1.1: 1 to 70 characters. Real ones are longer at times; none is as long as this.
    if (boundary === '' || boundary.length > 200) return { kind: 'unreadable', why: 'a multipart has no usable boundary' }
    const parts: Part[] = []
    for (const piece of split(body, Buffer.from(`--${boundary}`))) {
      if (++this.#parts > limits.parts) return { kind: 'unreadable', why: `it has more than ${limits.parts} parts` }
      const part = this.read(piece, depth + 1)
      if (part.kind === 'unreadable') return part
      parts.push(part)
    }
    return { ...leaf, parts }
  }
}

/** What stands between delimiters. Where the last one is missing, the last part goes to the end: mail is cut at times. */
function* split(body: Buffer, delimiter: Buffer): Generator<Buffer> {
  let begin = -1
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    const line = delimiterLine(body, at, delimiter.length)
    if (!line) continue
    if (begin >= 0) yield body.subarray(begin, Math.max(begin, lineEndBefore(body, at)))
    if (line.last) return
    begin = line.end
  }
  if (begin >= 0) yield body.subarray(begin)
}

/** RFC 2046 5.1.1: at the start of a line, `--` after it for the last one, and nothing but blanks up to the line's end. */
function delimiterLine(body: Buffer, at: number, length: number): { readonly last: boolean; readonly end: number } | undefined {
  if (at > 0 && body[at - 1] !== 0x0a) return undefined
  const after = at + length
  const last = body[after] === 0x2d && body[after + 1] === 0x2d
  let end = last ? after + 2 : after
  while (body[end] === 0x20 || body[end] === 0x09) end++
  if (body[end] === 0x0d) end++
  if (end >= body.length) return { last, end: body.length }
  return body[end] === 0x0a ? { last, end: end + 1 } : undefined
}

/** The line end before a delimiter belongs to the delimiter. */
function lineEndBefore(body: Buffer, at: number): number {
  if (at === 0) return 0
  return body[at - 2] === 0x0d ? at - 2 : at - 1
}
