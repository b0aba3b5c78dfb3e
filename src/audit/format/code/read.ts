import { type Call, type Document, type Entry, Lines, type Value } from '../document.ts'
import type { Language } from './language.ts'
import { type Token, tokenize } from './token.ts'
import { readExpression } from './value.ts'

const binding = new Set(['=', '=>', ':', ':='])
const opening: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const maxDepth = 40

/**
 * Reads what a source file writes out: assignments, tables of keys, and calls with their arguments. It does not follow
 * the program: what is worked out is `computed`, and stays so.
 */
export function readCode(text: string, language: Language): Document {
  const tokens = tokenize(text, language)
  const reader = new Reader(text, tokens, language)
  reader.readBlock(0, tokens.length, [], 0)
  return { format: language.name, text, entries: reader.entries, calls: reader.calls, faults: [] }
}

class Reader {
  readonly entries: Entry[] = []
  readonly calls: Call[] = []
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #language: Language
  readonly #lines: Lines
  /** The bracket that closes each opening one. */
  readonly #closes: ReadonlyMap<number, number>

  constructor(text: string, tokens: readonly Token[], language: Language) {
    this.#text = text
    this.#tokens = tokens
    this.#language = language
    this.#lines = new Lines(text)
    this.#closes = pairBrackets(tokens)
  }

  /** Everything from one token to another, which stands below `path`. */
  readBlock(from: number, to: number, path: readonly string[], depth: number): void {
    if (depth > maxDepth) return
    let at = from
    while (at < to) {
      const key = this.#readKey(at, to)
      const sign = key && this.#tokens[key.next]
      if (key && sign?.kind === 'sign' && binding.has(sign.text) && (sign.text !== ':' || this.#language.looseColon)) {
        at = this.#readBound([...path, ...key.path], key.next + 1, to, depth)
      } else if (key && sign?.kind === 'sign' && sign.text === '(' && key.path.length > 0) {
        at = this.#readCall(path, key.path, at, key.next, depth)
      } else {
        at = this.#step(at, to, path, depth)
      }
    }
  }

  /** A name with its parts, or a string, as the left side of something. */
  #readKey(from: number, to: number): { readonly path: readonly string[]; readonly next: number } | undefined {
    const first = this.#tokens[from]
    if (!first || from >= to) return undefined
    if (first.kind === 'string') return first.plain ? { path: [first.text], next: from + 1 } : undefined
    if (first.kind === 'number' && this.#tokens[from + 1]?.text === '=>') return { path: [first.text], next: from + 1 }
    if (first.kind !== 'word') return undefined
    const path = [first.text.replace(/^:/, '')]
    let at = from + 1
    while (at < to) {
      const sign = this.#tokens[at]
      const next = this.#tokens[at + 1]
      if (sign?.kind !== 'sign') break
      if (['.', '->', '::', '?->'].includes(sign.text) && next?.kind === 'word') {
        path.push(next.text)
        at += 2
      } else if (sign.text === '[' && this.#tokens[at + 2]?.text === ']' && next && next.kind !== 'newline') {
        if (next.kind === 'string' ? !next.plain : next.kind === 'sign') break
        path.push(next.text.replace(/^:/, ''))
        at += 3
      } else break
    }
    return { path, next: at }
  }

  #readBound(path: readonly string[], from: number, to: number, depth: number): number {
    const start = this.#skipNewlines(from, to)
    const end = this.#findEnd(start, to)
    const tokens = this.#tokens.slice(start, end).filter(({ kind }) => kind !== 'newline')
    const first = tokens[0]
    const last = tokens.at(-1)
    if (!first || !last) return Math.max(end, from)
    const value = readExpression(tokens, this.#text)
    this.entries.push({ path, value, start: first.start, end: last.end, line: this.#lines.of(first.start) })
    if (value.kind === 'computed') this.#readInside(start, end, path, depth)
    return end
  }

  /** Tables and calls in a value that is no single literal. */
  #readInside(from: number, to: number, path: readonly string[], depth: number): void {
    if (depth > maxDepth) return
    const open = this.#findTable(from, to)
    if (open === undefined) {
      this.readBlock(from, to, path, depth + 1)
      return
    }
    const close = Math.min(this.#closes.get(open) ?? to, to)
    this.#readItems(open + 1, close, path, depth + 1)
    this.readBlock(close + 1, to, path, depth + 1)
  }

  /** The bracket of a table that makes up the value: `[`, `{`, `array(`, `dict(`, `%{`, `Name{`. */
  #findTable(from: number, to: number): number | undefined {
    for (let at = from; at < Math.min(to, from + 4); at++) {
      const token = this.#tokens[at]
      if (token?.kind === 'sign' && (token.text === '{' || token.text === '[')) return at
      if (token?.kind === 'sign' && token.text === '(')
        return ['array', 'dict'].includes(this.#tokens[at - 1]?.text ?? '') || at === from ? at : undefined
    }
    return undefined
  }

  /** Items of a table: pairs are read as bindings, the others by number. */
  #readItems(from: number, to: number, path: readonly string[], depth: number): void {
    let index = 0
    let at = from
    while (at < to) {
      const start = this.#skipNewlines(at, to)
      if (start >= to) break
      const key = this.#readKey(start, to)
      const sign = key && this.#tokens[key.next]
      const end = this.#findComma(start, to)
      if (key && sign?.kind === 'sign' && binding.has(sign.text))
        this.#readBound([...path, ...key.path], key.next + 1, end, depth)
      else {
        this.#readBound([...path, String(index)], start, end, depth)
        index++
      }
      at = end + 1
    }
  }

  #readCall(path: readonly string[], name: readonly string[], from: number, open: number, depth: number): number {
    const close = this.#closes.get(open)
    if (close === undefined) return open + 1
    const given: Value[] = []
    const spans: Entry[] = []
    const inside = [...path, ...name]
    let at = open + 1
    while (at < close) {
      const start = this.#skipNewlines(at, close)
      const end = this.#findComma(start, close)
      const key = this.#readKey(start, close)
      const sign = key && this.#tokens[key.next]
      if (start < end && !(key && sign?.kind === 'sign' && ['=', ':', '=>'].includes(sign.text) && key.next < end)) {
        const tokens = this.#tokens.slice(start, end).filter(({ kind }) => kind !== 'newline')
        const [first] = tokens
        const last = tokens.at(-1)
        if (first && last) {
          const value = readExpression(tokens, this.#text)
          const argument = [...inside, `(${given.length})`]
          given.push(value)
          spans.push({ path: argument, value, start: first.start, end: last.end, line: this.#lines.of(first.start) })
          if (value.kind === 'computed') this.#readInside(start, end, argument, depth + 1)
        }
      } else if (start < end) this.readBlock(start, end, [...inside, '()'], depth + 1)
      at = end + 1
    }
    const start = this.#tokens[from]?.start ?? 0
    const end = this.#tokens[close]?.end ?? this.#text.length
    this.calls.push({ path: inside, arguments: given, start, end, line: this.#lines.of(start) })
    this.entries.push(...spans, ...readSetter(inside, spans))
    return close + 1
  }

  #step(at: number, to: number, path: readonly string[], depth: number): number {
    const token = this.#tokens[at]
    if (token?.kind === 'sign' && opening[token.text] !== undefined) {
      const close = Math.min(this.#closes.get(at) ?? to, to)
      this.readBlock(at + 1, close, path, depth + 1)
      return close + 1
    }
    // Past a name and its parts at once, so that its tail is not taken for a key.
    return Math.max(at + 1, this.#readKey(at, to)?.next ?? 0)
  }

  #skipNewlines(from: number, to: number): number {
    let at = from
    while (at < to && this.#tokens[at]?.kind === 'newline') at++
    return at
  }

  #findComma(from: number, to: number): number {
    return this.#find(from, to, (token) => token.kind === 'sign' && token.text === ',')
  }

  /** Where the value ends that begins here. */
  #findEnd(from: number, to: number): number {
    return this.#find(from, to, (token, at) => {
      if (token.kind === 'sign') return [',', ';', ')', ']', '}'].includes(token.text)
      return token.kind === 'newline' && this.#language.newlineEnds && !this.#goesOn(at)
    })
  }

  /** A line that ends in an operator, or whose next begins with one, is not the end. */
  #goesOn(newline: number): boolean {
    const before = this.#tokens[newline - 1]
    const after = this.#tokens[this.#skipNewlines(newline, this.#tokens.length)]
    const open = ['+', '-', '||', '&&', '??', '?', ':', '.', '|', '\\', '=']
    return (
      (before?.kind === 'sign' && open.includes(before.text)) ||
      (after?.kind === 'sign' && ['||', '&&', '??', '?', '.', '|'].includes(after.text))
    )
  }

  #find(from: number, to: number, isEnd: (token: Token, at: number) => boolean): number {
    let at = from
    while (at < to) {
      const token = this.#tokens[at]
      if (!token || isEnd(token, at)) return at
      const close = token.kind === 'sign' && opening[token.text] !== undefined ? this.#closes.get(at) : undefined
      at = close === undefined ? at + 1 : close + 1
    }
    return to
  }
}

/** `props.put("key", value)`, `define('KEY', value)`: a setter by another name. */
function readSetter(path: readonly string[], [first, second, third]: readonly Entry[]): Entry[] {
  if (!first || !second || third || first.value.kind !== 'literal' || first.value.type !== 'string') return []
  return [{ ...second, path: [...path, first.value.text] }]
}

function pairBrackets(tokens: readonly Token[]): Map<number, number> {
  const closes = new Map<number, number>()
  const stack: { readonly at: number; readonly close: string }[] = []
  tokens.forEach((token, at) => {
    if (token.kind !== 'sign') return
    const close = opening[token.text]
    if (close !== undefined) stack.push({ at, close })
    else if (token.text === stack.at(-1)?.close) closes.set(stack.pop()?.at ?? at, at)
  })
  return closes
}
