import { SealpostError } from '../../errors.ts'
import { visible } from '../../escape.ts'
import { parseDate } from '../date.ts'
import type { Value } from './expression.ts'

const keywords = ['and', 'or', 'not', 'in', 'is', 'empty', 'contains'] as const

export type Keyword = (typeof keywords)[number]

export type Token =
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  | { readonly kind: 'keyword'; readonly word: Keyword; readonly at: number }
  | { readonly kind: 'value'; readonly value: Value; readonly at: number }
  | { readonly kind: 'sign'; readonly sign: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number }

/** Characters of a condition. */
const maxLength = 4000

// Sticky, so that each is tried where the last token ended; all of them take linear time.
const space = /\s*/y
const word = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy
const quotedName = /`([^`]{1,200})`/y
const text = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/suy
const date = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?(?![\p{L}\p{N}_])/uy
const number = /[+-]?\d+(?:\.\d+)?(?![\p{L}\p{N}_])/uy
const sign = /<=|>=|!=|<>|==|[=<>()[\],]/y

/** The tokens of a condition. @throws SealpostError SP_SEGMENT_INVALID with the character at fault */
export function readTokens(source: string): readonly Token[] {
  if (source.length > maxLength) throw segmentError(source, maxLength, `The condition is longer than ${maxLength} characters`)
  const tokens: Token[] = []
  let at = match(space, source, 0)?.[0].length ?? 0
  while (at < source.length) {
    const { token, length } = readToken(source, at)
    tokens.push(token)
    at += length
    at += match(space, source, at)?.[0].length ?? 0
  }
  return [...tokens, { kind: 'end', at: source.length }]
}

function readToken(source: string, at: number): { readonly token: Token; readonly length: number } {
  const name = match(word, source, at)?.[0]
  if (name !== undefined) {
    const keyword = keywords.find((one) => one === name.toLowerCase())
    const token: Token = keyword ? { kind: 'keyword', word: keyword, at } : { kind: 'column', name: name.normalize('NFC'), at }
    return { token, length: name.length }
  }
  const quoted = match(quotedName, source, at)
  if (quoted) return { token: { kind: 'column', name: (quoted[1] ?? '').normalize('NFC'), at }, length: quoted[0].length }
  const value = readValue(source, at)
  if (value) return { token: { kind: 'value', value: value.value, at }, length: value.length }
  const found = match(sign, source, at)?.[0]
  if (found !== undefined) {
    const same: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' }
    return { token: { kind: 'sign', sign: same[found] ?? found, at }, length: found.length }
  }
  if (source[at] === '"' || source[at] === "'") throw segmentError(source, at, 'A quote opens here and is never closed')
  throw segmentError(source, at, `"${visible(String.fromCodePoint(source.codePointAt(at) ?? 0))}" means nothing here`)
}

function readValue(source: string, at: number): { readonly value: Value; readonly length: number } | undefined {
  const quoted = match(text, source, at)
  if (quoted) {
    const inside = (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/gsu, '$1')
    return { value: { kind: 'text', text: inside }, length: quoted[0].length }
  }
  const day = match(date, source, at)?.[0]
  if (day !== undefined) {
    const time = parseDate(day)
    if (typeof time !== 'number') throw segmentError(source, at, `There is no day ${day}`)
    return { value: { kind: 'date', at: time, wholeDay: !day.includes('T') }, length: day.length }
  }
  const digits = match(number, source, at)?.[0]
  return digits === undefined ? undefined : { value: { kind: 'number', number: Number(digits) }, length: digits.length }
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}

/** An error that points at a character of the condition. */
export function segmentError(source: string, at: number, what: string): SealpostError {
  const near = source.slice(at, at + 20)
  const place = near === '' ? 'at the end' : `character ${at + 1}, at ${visible(near)}${source.length > at + 20 ? '…' : ''}`
  return new SealpostError('SP_SEGMENT_INVALID', { where: place, what })
}
