import { type Value, computed } from './document.ts'

/** A line of a text, without its end. */
export interface Line {
  readonly text: string
  readonly start: number
  /** Behind the last character, before a carriage return. */
  readonly end: number
  /** From 1. */
  readonly number: number
}

/** The lines of a text; one that is longer than any setting is cut off, and read no further. */
export function* readLines(text: string): Generator<Line> {
  let number = 0
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const next = found === -1 ? text.length : found
    const end = text[next - 1] === '\r' && next > start ? next - 1 : next
    number++
    yield { text: text.slice(start, Math.min(end, start + maxLine)), start, end, number }
    start = next + 1
  }
}

const maxLine = 8192

/** Entries that a reader makes at most: a file of settings has fewer. */
export const maxEntries = 50_000

/** What a program works out, without the password that an address may hold before its host. */
export function untold(raw: string): Value {
  return computed(raw.replace(/:\/\/\S*@/g, '://…@'))
}
