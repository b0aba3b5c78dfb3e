import type { Language, StringForm } from './language.ts'

export type Token =
  | { readonly kind: 'word' | 'number' | 'sign'; readonly text: string; readonly start: number; readonly end: number }
  /** `plain`: nothing in it is worked out. */
  | { readonly kind: 'string'; readonly text: string; readonly plain: boolean; readonly start: number; readonly end: number }
  | { readonly kind: 'newline'; readonly text: string; readonly start: number; readonly end: number }

const word = /[$@:]?[A-Za-z_][\w$]*/y
/** `valid?`, `save!`. */
const asking = /[$@:]?[A-Za-z_][\w$]*(?:[?!](?!=))?/y
const number = /\d[\w.]*/y
// Longest first. `=` alone assigns, what is longer compares or binds otherwise.
const sign = /===|!==|\?\?=|\|\|=|&&=|<=>|=>|==|!=|<=|>=|:=|->|::|\?\?|\|\||&&|\+=|-=|\.=|=~|\?->|\?:|[^\s]/y

export const maxTokens = 400_000

/** Cuts a source file into tokens. Unknown signs are tokens too; nothing is an error. */
export function tokenize(text: string, language: Language): Token[] {
  const tokens: Token[] = []
  const { island } = language
  let at = 0
  while (at < text.length && tokens.length < maxTokens) {
    if (!island) {
      cut(text, 0, text.length, language, tokens)
      break
    }
    const open = text.indexOf(island[0], at)
    if (open === -1) break
    at = cut(text, open + island[0].length, text.length, language, tokens)
  }
  return tokens
}

/** Where an island ends, or the text. */
function cut(text: string, from: number, to: number, language: Language, tokens: Token[]): number {
  const marks = language.name === 'ruby' || language.name === 'elixir'
  let at = from
  let label: string | undefined
  while (at < to && tokens.length < maxTokens) {
    if (language.island && text.startsWith(language.island[1], at)) return at + language.island[1].length
    const skipped = skipComment(text, at, language)
    if (skipped !== undefined) {
      at = skipped
      continue
    }
    const char = text[at] ?? ''
    if (char === '\n') {
      tokens.push({ kind: 'newline', text: '\n', start: at, end: at + 1 })
      at = label === undefined ? at + 1 : findLabel(text, at, label)
      label = undefined
      continue
    }
    if (/\s/.test(char)) {
      at++
      continue
    }
    const behind = tokens.at(-1)?.text ?? '\n'
    const [mark, , opened] = language.heredoc ? matchAt(language.heredoc, text, at) : []
    const literal = mark === undefined ? findLiteral(text, at, behind, language) : at + mark.length
    if (literal !== undefined) {
      tokens.push({ kind: 'string', text: '', plain: false, start: at, end: literal })
      label = opened ?? label
      at = literal
      continue
    }
    // A letter before a quote belongs to the string only where no word goes before it.
    const form = language.strings.find(({ open }) => text.startsWith(open, at))
    if (form) {
      const token = readString(text, at, form)
      tokens.push(token)
      at = token.end
      continue
    }
    const token =
      match('word', marks ? asking : word, text, at) ?? match('number', number, text, at) ?? match('sign', sign, text, at)
    if (!token) {
      at++
      continue
    }
    // `a ? b :c` and `{k::v}` aside, a colon before a word is Ruby's and Elixir's symbol.
    const colon = token.kind === 'word' && token.text.startsWith(':') && !['ruby', 'elixir'].includes(language.name)
    tokens.push(colon ? { kind: 'sign', text: ':', start: at, end: at + 1 } : token)
    at = colon ? at + 1 : token.end
  }
  return to
}

function matchAt(pattern: RegExp, text: string, at: number): readonly string[] {
  pattern.lastIndex = at
  return pattern.exec(text) ?? []
}

function findLiteral(text: string, at: number, behind: string, { literals }: Language): number | undefined {
  for (const form of literals ?? []) {
    const end = form(text, at, behind)
    if (end !== undefined) return end
  }
  return undefined
}

/** Behind the label that ends a heredoc, which stands at the beginning of a line. */
function findLabel(text: string, from: number, label: string): number {
  const indent = /[ \t]*/y
  for (let line = from; line !== -1; line = text.indexOf('\n', line + 1)) {
    indent.lastIndex = line + 1
    indent.exec(text)
    const at = indent.lastIndex
    if (text.startsWith(label, at) && !/\w/.test(text[at + label.length] ?? '')) return at + label.length
  }
  return text.length
}

function match(kind: 'word' | 'number' | 'sign', pattern: RegExp, text: string, at: number): Token | undefined {
  pattern.lastIndex = at
  const found = pattern.exec(text)?.[0]
  return found === undefined ? undefined : { kind, text: found, start: at, end: at + found.length }
}

function skipComment(text: string, at: number, { lineComments, blockComments, island }: Language): number | undefined {
  // Lua's `--[[` begins like a comment of one line.
  const block = blockComments.find(([open]) => text.startsWith(open, at))
  if (block) {
    const end = text.indexOf(block[1], at + block[0].length)
    return end === -1 ? text.length : end + block[1].length
  }
  if (!lineComments.some((open) => text.startsWith(open, at))) return undefined
  // PHP's attributes look like its comments.
  if (text.startsWith('#[', at)) return undefined
  const end = text.indexOf('\n', at)
  const line = end === -1 ? text.length : end
  const stop = island ? text.slice(at, line).indexOf(island[1]) : -1
  return stop === -1 ? line : at + stop
}

const escaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function readString(text: string, start: number, { open, close, escapes, interpolation, lines }: StringForm): Token {
  let at = start + open.length
  const parts: string[] = []
  while (at < text.length && !text.startsWith(close, at)) {
    if (!lines && text[at] === '\n') return { kind: 'string', text: parts.join(''), plain: false, start, end: at }
    if (escapes && text[at] === '\\') {
      const next = text[at + 1] ?? ''
      parts.push(escaped[next] ?? next)
      at += 2
    } else {
      parts.push(text[at] ?? '')
      at++
    }
  }
  const end = Math.min(text.length, at + close.length)
  const whole = at < text.length
  return { kind: 'string', text: parts.join(''), plain: whole && !interpolation?.test(text.slice(start, end)), start, end }
}
