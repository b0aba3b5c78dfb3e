import { limits } from './limit.ts'

/** A header field of RFC 5322 2.2, unfolded. Hostile text, not yet escaped. */
export interface Field {
  /** Lower case. */
  readonly name: string
  readonly value: string
}

/** A header, and where what follows it begins. */
export interface Head {
  readonly kind: 'head'
  readonly fields: readonly Field[]
  /** Offset of the first octet after the empty line; the length of the octets where there is no such line. */
  readonly end: number
}

export interface Unreadable {
  readonly kind: 'unreadable'
  /** One clause for a person. */
  readonly why: string
}

/**
 * Reads a header to its empty line. Lines may end in CRLF or in LF, as they do in mailboxes. A line that is no field is
 * left out, with the lines that continue it.
 *
 * @example
 * ```ts
 * parseHead(Buffer.from('Subject: a\r\n b\r\n\r\nbody')) // { fields: [{ name: 'subject', value: 'a b' }], end: 18, … }
 * ```
 */
export function parseHead(octets: Buffer): Head | Unreadable {
  const fields: { name: string; pieces: string[] }[] = []
  let current: string[] | undefined
  let at = 0
  while (at < octets.length) {
    const feed = octets.indexOf(0x0a, at)
    const end = feed < 0 ? octets.length : feed
    // Asked before the line is made into a text: one without an end may be as long as the message.
    if (end > limits.header) return { kind: 'unreadable', why: 'a header is longer than 64 kB' }
    const line = octets.toString('utf8', at, octets[end - 1] === 0x0d && end > at ? end - 1 : end)
    at = feed < 0 ? octets.length : feed + 1
    if (line === '') break
    if (/^[ \t]/.test(line)) {
      current?.push(line)
      continue
    }
    // RFC 5322 3.6.8, with the blanks before the colon of its 4.5.
    const match = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(line)
    current = match ? [match[2] ?? ''] : undefined
    if (current) fields.push({ name: (match?.[1] ?? '').toLowerCase(), pieces: current })
    if (fields.length > limits.fields) return { kind: 'unreadable', why: 'a header has more than 1000 fields' }
  }
  // RFC 5322 2.2.3: unfolding takes the line ends away and nothing else.
  return { kind: 'head', fields: fields.map(({ name, pieces }) => ({ name, value: pieces.join('').trim() })), end: at }
}

/** The first value of a field; `name` in lower case. */
export function findField(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value
}

/** All values of a field, in their order. */
export function findFields(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value)
}
