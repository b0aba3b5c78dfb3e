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
  /** The file it stands in, where that is not the document's own: another layer of a service's environment. */
  readonly file?: string
  /** Conditions that it stands under, outermost first, each by the offset of its block; absent where there are none. */
  readonly branch?: readonly number[]
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
  readonly branch?: readonly number[]
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

/** A piece of source that is worked out at run time, short enough to show, without what may be a secret. */
export function computed(source: string): Value {
  // What stands before the host of an address, too.
  const address = source.slice(0, 2000).replace(/:\/\/\S*@/g, '://…@')
  const line = hideLiterals(address.replace(/\s+/g, ' ').trim())
  return { kind: 'computed', source: line.length > 60 ? `${line.slice(0, 59)}…` : line }
}

/** The same for text without quotes, a part of which is put in when the program runs: only names of variables are shown. */
export function composed(text: string): Value {
  // A password with a `$` in it looks like a reference: names in capitals alone are taken for one.
  const names = [...text.slice(0, 400).matchAll(/\$\{?([A-Z][A-Z_]{2,})\b/g)].map(([, name]) => name)
  return { kind: 'computed', source: names.length > 0 ? `put together with ${names.slice(0, 3).join(', ')}` : 'put together' }
}

/** What is in quotes, in a heredoc or in a bracketed literal is left out, and so is what looks like a key or a number to remember. */
function hideLiterals(line: string): string {
  let shown = ''
  let at = 0
  while (at < line.length) {
    const char = line[at] ?? ''
    if (char === '"' || char === "'" || char === '`') {
      const close = findQuoteEnd(line, at + 1, char)
      shown += close === undefined ? `${char}…` : `${char}…${char}`
      at = close === undefined ? line.length : close + 1
      continue
    }
    hiding.lastIndex = at
    if (hiding.test(line)) return `${shown}${line.slice(at, at + 1)}…`
    run.lastIndex = at
    const word = run.exec(line)?.[0]
    shown += word === undefined ? char : isSecretLike(word) ? '…' : word
    at += word?.length ?? 1
  }
  return shown
}

/** `<<~EOT`, `<<<'EOT'`, `%q(`, `~s(`: from here on it is text. */
const hiding = /<<[<~-]?\s?["'`]?[A-Za-z_]|%[qQwWiIrsx]?[({[<|!]|~[A-Za-z]+[({[<|/]/y
const run = /[\w+/=]+/y

function isSecretLike(word: string): boolean {
  const digits = word.replace(/\D/g, '').length
  return /^\d/.test(word) ? word.length > 5 : word.length >= 16 && (digits >= 3 || /[+/=]/.test(word))
}

function findQuoteEnd(line: string, from: number, quote: string): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === quote) return at
  }
  return undefined
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

/**
 * A pair on a line of its own, beside one that a table has on a line of its own. A comment at the end of that line stays
 * there, as it is about what it stands behind: where the comma is not there yet, the new pair comes in front.
 */
export function insertLine(text: string, beside: Entry, pair: string): Edit {
  const { start, indent } = lineAround(text, beside.start)
  const { end } = lineAround(text, beside.end)
  const tail = text.slice(beside.end, end)
  const line = `${lineEnd(text)}${indent}${pair}`
  if (/^[ \t]*,[ \t]*(?:\/\/|#|--|\/\*(?:[^*]|\*(?!\/))*\*\/[ \t]*$)/.test(tail)) return { start: end, end, text: `${line},` }
  if (/^[ \t]*(?:\/\/|#|--|\/\*)/.test(tail)) return { start, end: start, text: `${indent}${pair},${lineEnd(text)}` }
  return { start: beside.end, end: beside.end, text: `,${line}` }
}
