/** A scalar as a rule writes it. */
export type Scalar = string | number | boolean

/** What stands behind a key. */
export type Value =
  /** Written out: its text without quotes, as the program would read it. */
  | { readonly kind: 'literal'; readonly text: string; readonly type: 'string' | 'number' | 'boolean' | 'null' | 'name' }
  /** Taken from an environment variable, with what is used where there is none. */
  | { readonly kind: 'environment'; readonly name: string; readonly fallback: string | undefined }
  /** Worked out when the program runs, or in a way that this reader does not follow. `source` is at most 60 characters. */
  | { readonly kind: 'computed'; readonly source: string }

/** One setting, and where it stands. */
export interface Entry {
  /** Keys from the outermost inwards; items of lists by number, positional arguments as `(0)`. */
  readonly path: readonly string[]
  readonly value: Value
  /** Offsets of the value in the text, quotes included. */
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly line: number
}

/** A function or method call in a source file: `server.starttls(context=ctx)` has the path `server`, `starttls`. */
export interface Call {
  readonly path: readonly string[]
  /** Positional arguments; named ones are entries below `path` and `()`. */
  readonly arguments: readonly Value[]
  readonly start: number
  /** Behind the closing parenthesis. */
  readonly end: number
  readonly line: number
}

/** A file as its settings. What could not be read is a fault, and never a setting. */
export interface Document {
  readonly format: string
  readonly text: string
  readonly entries: readonly Entry[]
  readonly calls: readonly Call[]
  readonly faults: readonly { readonly line: number; readonly words: string }[]
}

/** A change of the text: what stands between the offsets is replaced. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A way of writing settings down. */
export interface Format {
  readonly name: string
  /** Never throws for what the text holds. */
  read(text: string): Document
  /** A value as it is written here, in the manner (quotes) of the one it takes the place of. */
  print(value: Scalar, like: string): string
  /**
   * Writes an entry that is not there yet, beside others of its kind.
   *
   * @param beside an entry of the same setup; the new one comes behind it, with its indentation
   * @param key the last part of its path
   */
  insert(document: Document, beside: Entry, key: string, value: Scalar): Edit | undefined
}

/** Finds the line of an offset, from 1. */
export class Lines {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  of(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

/** A piece of source that is worked out at run time, short enough to show. */
export function computed(source: string): Value {
  const line = source.replace(/\s+/g, ' ').trim()
  // What is in quotes may be a secret, and so is what stands before the host of an address.
  const shown = line.replace(/(["'`]).*?\1/g, '$1…$1').replace(/:\/\/[^\s/]*@/g, '://…@')
  return { kind: 'computed', source: shown.length > 60 ? `${shown.slice(0, 59)}…` : shown }
}

/** The whole line that an offset is in, without its end. */
export function lineAround(
  text: string,
  offset: number,
): { readonly start: number; readonly end: number; readonly indent: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const found = text.indexOf('\n', offset)
  let end = found === -1 ? text.length : found
  if (text[end - 1] === '\r') end--
  return { start, end, indent: /^[ \t]*/.exec(text.slice(start, end))?.[0] ?? '' }
}

/** How the text ends its lines. */
export function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
