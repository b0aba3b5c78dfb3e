import { type Call, type Document, type Entry, Lines, type Value, computed } from '../document.ts'
import type { Language } from './language.ts'
import { findBranches } from './branch.ts'
import { type Token, maxTokens, tokenize } from './token.ts'
import { readExpression } from './value.ts'

const binding = new Set(['=', '=>', ':', ':='])
/** What was there before has a part in the value. */
const amending = new Set(['.=', '+=', '||=', '??=', '&&='])
const opening: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const maxDepth = 24
/** An expression of more tokens is a table, or no setting. */
const maxExpression = 400
/** `f(port: 25)` names an argument; in other languages a type stands behind the colon. */
const named = new Set(['php', 'csharp', 'ruby', 'elixir'])
/** What begins with these is no table from elsewhere. */
const makers = new Set(['new', 'function', 'fn', 'func', 'lambda', 'async'])
/** Stands in a path for keys that come from elsewhere: `...options`, `**options`. */
const rest = '(rest)'

/**
 * Reads what a source file writes out: assignments, tables of keys, and calls with their arguments. It does not follow
 * the program: what is worked out is `computed`, and stays so.
 */
export function readCode(text: string, language: Language): Document {
  const tokens = tokenize(text, language)
  const reader = new Reader(text, tokens, language)
  reader.readBlock(0, tokens.length, [], 0)
  const faults =
    tokens.length < maxTokens ? [] : [{ line: new Lines(text).of(tokens.at(-1)?.end ?? 0), words: 'too long to read on' }]
  return { format: language.name, text, entries: reader.entries, calls: reader.calls, faults }
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
  readonly #branchOf: (at: number) => { readonly branch?: readonly number[] }

  constructor(text: string, tokens: readonly Token[], language: Language) {
    this.#text = text
    this.#tokens = tokens
    this.#language = language
    this.#lines = new Lines(text)
    this.#closes = pairBrackets(tokens)
    this.#branchOf = findBranches(tokens, this.#closes, text, language)
  }

  /** Everything from one token to another, which stands below `path`. */
  readBlock(from: number, to: number, path: readonly string[], depth: number): void {
    if (depth > maxDepth) return
    let at = from
    while (at < to) {
      const key = this.#readKey(at, to)
      const sign = key && this.#tokens[key.next]
      if (key && sign?.kind === 'sign' && binding.has(sign.text) && (sign.text !== ':' || this.#language.looseColon)) {
        at = this.#readBound(
          [...path, ...key.path],
          key.next + 1,
          to,
          depth,
          at > from && this.#isOneOfSeveral(at, sign) ? at : undefined,
        )
      } else if (key && sign?.kind === 'sign' && sign.text === ':' && this.#findAnnotated(key.next, to) !== undefined) {
        at = this.#readBound([...path, ...key.path], this.#findAnnotated(key.next, to) ?? to, to, depth)
      } else if (key && sign?.kind === 'sign' && amending.has(sign.text)) {
        at = this.#readBound([...path, ...key.path], key.next + 1, to, depth, at)
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

  /** `a, b = 1, 2`: which of the values it gets is not followed. */
  #isOneOfSeveral(at: number, sign: Token): boolean {
    const [comma, before] = [this.#tokens[at - 1], this.#tokens[at - 2]]
    return (
      ['=', ':='].includes(sign.text) &&
      comma?.text === ',' &&
      before?.kind === 'word' &&
      this.#language.newlineEnds &&
      this.#language.name !== 'javascript'
    )
  }

  /** Behind the `=` of `port: int = 25`, `const secure: boolean = false`. */
  #findAnnotated(colon: number, to: number): number | undefined {
    if (!['python', 'javascript', 'rust', 'kotlin'].includes(this.#language.name)) return undefined
    // `case x: a = 1` and `default: a = 1` neither.
    const name = this.#tokens[colon - 1]
    if (name?.kind !== 'word' || name.text === 'default' || this.#tokens[colon - 2]?.text === 'case') return undefined
    // `if debug: tls = False` and `else: tls = True` say nothing of a type.
    const before = this.#tokens[colon - 2]
    const alone = !before || before.kind === 'newline' || ['(', ',', ';', '.'].includes(before.text)
    if (this.#language.indented && (!alone || ['else', 'try', 'finally'].includes(this.#tokens[colon - 1]?.text ?? '')))
      return undefined
    for (let at = colon + 1; at < Math.min(to, colon + 12); at++) {
      const token = this.#tokens[at]
      if (token?.kind === 'sign' && token.text === '=') return at + 1
      if (token?.kind !== 'word' && !(token?.kind === 'sign' && ['.', '[', ']', '<', '>', '|', '?'].includes(token.text)))
        return undefined
    }
    return undefined
  }

  /** @param amended the token of the left side, where the value is made from the old one */
  #readBound(path: readonly string[], from: number, to: number, depth: number, amended?: number): number {
    const start = this.#skipNewlines(from, to)
    const end = this.#findEnd(start, to)
    const read = this.#readValue(start, end)
    if (!read) return Math.max(end, from)
    const { first, last } = read
    const value =
      amended === undefined
        ? read.value
        : computed(this.#text.slice(this.#tokens[amended]?.start ?? first.start, last.end).slice(0, 400))
    this.entries.push({
      path,
      value,
      start: first.start,
      end: last.end,
      line: this.#lines.of(first.start),
      ...this.#branchOf(start),
    })
    if (value.kind === 'computed') this.#readInside(start, end, path, depth)
    return end
  }

  #readValue(from: number, to: number): { readonly value: Value; readonly first: Token; readonly last: Token } | undefined {
    let end = to
    while (end > from && this.#tokens[end - 1]?.kind === 'newline') end--
    const first = this.#tokens[from]
    const last = this.#tokens[end - 1]
    if (!first || !last || from >= end) return undefined
    if (end - from > maxExpression)
      return { value: computed(this.#text.slice(first.start, Math.min(last.end, first.start + 400))), first, last }
    const tokens = this.#tokens.slice(from, end).filter((token, at) => token.kind !== 'newline' && !this.#isContinued(from + at))
    return { value: readExpression(tokens, this.#text), first, last }
  }

  /** Tables and calls in a value that is no single literal. */
  #readInside(from: number, to: number, path: readonly string[], depth: number): void {
    if (depth > maxDepth) return
    const open = this.#findTable(from, to)
    if (open === undefined) {
      // The keys of a table that is not written out here; an object that is made here has its defaults.
      if (path.length > 1 && !makers.has(this.#tokens[from]?.text ?? '')) this.#pushRest(from, to, path)
      this.readBlock(from, to, path, depth + 1)
      return
    }
    const close = Math.min(this.#closes.get(open) ?? to, to)
    this.#readItems(open + 1, close, path, depth + 1)
    const behind = this.#skipNewlines(close + 1, to)
    // `{…}.merge(more)`, `[…] ++ more`: it has other keys beside its own.
    if (behind < to && !this.#isHarmless(behind, to)) this.#pushRest(behind, to, path)
    this.readBlock(close + 1, to, path, depth + 1)
  }

  /** `{…} as Options` says what it is, `{…}.freeze` keeps it so, `{…} if production?` is about all of it. */
  #isHarmless(from: number, to: number): boolean {
    const [first, second] = [this.#tokens[from]?.text ?? '', this.#tokens[from + 1]?.text ?? '']
    if (['as', 'satisfies'].includes(first)) return this.#language.name === 'javascript'
    if (this.#language.name !== 'ruby') return false
    return ['if', 'unless'].includes(first) || (first === '.' && ['freeze', 'compact'].includes(second) && from + 2 >= to)
  }

  /** Keys that come from elsewhere into a table: whatever is not written out there may be set. */
  #pushRest(from: number, to: number, path: readonly string[]): void {
    const first = this.#tokens[from]
    const last = this.#tokens[to - 1]
    if (!first || !last) return
    this.entries.push({
      path: [...path, rest],
      value: computed(this.#text.slice(first.start, Math.min(last.end, first.start + 400))),
      start: first.start,
      end: last.end,
      line: this.#lines.of(first.start),
      ...this.#branchOf(from),
    })
  }

  /** The bracket of a table that makes up the value: `[`, `{`, `array(`, `dict(`, `%{`, `&tls.Config{`, `new Name {`. */
  #findTable(from: number, to: number): number | undefined {
    for (let at = from; at < Math.min(to, from + 12); at++) {
      const token = this.#tokens[at]
      if (token?.kind === 'word' || token?.kind === 'newline') continue
      if (token?.kind !== 'sign') return undefined
      // Behind a name it takes an item out.
      if (token.text === '[' && this.#tokens[at - 1]?.kind === 'word' && at > from) return undefined
      if (token.text === '{' || token.text === '[') return at
      if (token.text === '(') {
        const name = this.#tokens[at - 1]?.text ?? ''
        if (['array', 'dict'].includes(name) || at === from) return at
        // `new SmtpClient("host") { EnableSsl = true }`: the arguments are read as a call.
        return undefined
      }
      if (!['.', '::', '&', '%', '*'].includes(token.text)) return undefined
    }
    return undefined
  }

  /** Items of a table: pairs are read as bindings, the others by number. */
  #readItems(from: number, to: number, path: readonly string[], depth: number): void {
    if (depth > maxDepth) return
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
      else if (this.#isSpread(start, end)) this.#pushRest(start, end, path)
      // `{ host, port }` is `{ host: host, port: port }`.
      else if (key && key.next === end && this.#language.name === 'javascript' && this.#tokens[from - 1]?.text === '{')
        this.#readBound([...path, ...key.path], start, end, depth)
      else {
        this.#readBound([...path, String(index)], start, end, depth)
        index++
      }
      at = end + 1
    }
  }

  /** `...more` in JavaScript and PHP, `**more` in Python and Ruby, `..Default::default()` in Rust. */
  #isSpread(from: number, to: number): boolean {
    const [first, second] = [this.#tokens[from], this.#tokens[from + 1]]
    return (
      to > from + 2 &&
      first?.kind === 'sign' &&
      second?.kind === 'sign' &&
      ['.', '*'].includes(first.text) &&
      first.text === second.text
    )
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
        const read = this.#readValue(start, end)
        if (this.#isSpread(start, end)) this.#pushRest(start, end, [...inside, '()'])
        else if (read) {
          const { value, first, last } = read
          const argument = [...inside, `(${given.length})`]
          given.push(value)
          spans.push({
            path: argument,
            value,
            start: first.start,
            end: last.end,
            line: this.#lines.of(first.start),
            ...this.#branchOf(start),
          })
          if (value.kind === 'computed') this.#readInside(start, end, argument, depth + 1)
        }
      } else if (start < end && key && sign?.text === ':' && named.has(this.#language.name)) {
        this.#readBound([...inside, '()', ...key.path], key.next + 1, end, depth + 1)
      } else if (start < end) this.readBlock(start, end, [...inside, '()'], depth + 1)
      at = end + 1
    }
    const start = this.#tokens[from]?.start ?? 0
    const end = this.#tokens[close]?.end ?? this.#text.length
    this.calls.push({ path: inside, arguments: given, start, end, line: this.#lines.of(start), ...this.#branchOf(from) })
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

  /** A backslash at the end of a line: the next goes on with it. */
  #isContinued(at: number): boolean {
    const token = this.#tokens[at]
    return token?.kind === 'sign' && token.text === '\\' && this.#tokens[at + 1]?.kind === 'newline'
  }

  #skipNewlines(from: number, to: number): number {
    let at = from
    while (at < to && (this.#tokens[at]?.kind === 'newline' || this.#isContinued(at))) at++
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
      if (token.kind === 'newline') {
        at = this.#skipNewlines(at, to)
        continue
      }
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
    // One that was left open must not hide the end of those around it.
    else if (stack.at(-2)?.close === token.text) {
      stack.pop()
      closes.set(stack.pop()?.at ?? at, at)
    }
  })
  return closes
}
