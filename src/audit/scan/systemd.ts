import { type Document, type Entry, type Format, Lines, type Value, computed, lineAround, lineEnd } from '../format/index.ts'

export interface UnitFile {
  /** The variables that `Environment=` sets, in the order of the file. */
  readonly document: Document
  /** Paths of `EnvironmentFile=`, without the `-` that lets them be missing. */
  readonly envFiles: readonly string[]
  /** It takes back what files before it set. */
  readonly clears: { readonly environment: boolean; readonly envFiles: boolean }
}

/** The environment of a systemd unit (systemd.exec(5), Environment=), as a way of writing settings down. */
export const systemd: Format = {
  name: 'systemd',
  read: (text) => readUnit(text).document,
  print: (value, like) => {
    const text = String(value).replaceAll('%', '%%').replaceAll('\\', '\\\\')
    const [quote] = /^["']/.exec(like) ?? []
    if (quote !== undefined) return `${quote}${text}${quote}`
    return /[\s"';#]/.test(text) || text === '' ? `"${text.replaceAll('"', '\\"')}"` : text
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    let { end } = lineAround(text, beside.start)
    // The line may go on in the next.
    while (text[end - 1] === '\\' && end < text.length) ({ end } = lineAround(text, text.indexOf('\n', end) + 1))
    return { start: end, end, text: `${lineEnd(text)}Environment=${key}=${systemd.print(value, '')}` }
  },
}

export function readUnit(text: string): UnitFile {
  const lines = new Lines(text)
  const entries = new Map<string, Entry>()
  const faults: Document['faults'][number][] = []
  let envFiles: string[] = []
  const clears = { environment: false, envFiles: false }
  for (let at = 0; at < text.length;) {
    const end = findEnd(text, at)
    const [head, name] = /^[ \t]*(Environment|EnvironmentFile)[ \t]*=[ \t]*/.exec(text.slice(at, Math.min(end, at + 200))) ?? []
    if (head !== undefined) {
      const start = at + head.length
      const rest = text.slice(start, end).trim()
      // systemd.exec(5): an empty assignment takes back what stood before.
      if (name === 'EnvironmentFile') {
        clears.envFiles ||= rest === ''
        envFiles = rest === '' ? [] : [...envFiles, rest.replace(/^-/, '')]
      } else if (rest === '') {
        clears.environment = true
        entries.clear()
      } else {
        const complete = readWords(text, start, end, (key, value, from, to) => {
          entries.delete(key)
          entries.set(key, { path: [key], value, start: from, end: to, line: lines.of(from) })
        })
        if (!complete) faults.push({ line: lines.of(start), words: 'a quote without an end' })
      }
    }
    at = end + 1
  }
  return { document: { format: 'systemd', text, entries: [...entries.values()], calls: [], faults }, envFiles, clears }
}

/** The end of a line with those that it goes on in: systemd.syntax(7), a backslash at the end. */
function findEnd(text: string, from: number): number {
  let end = text.indexOf('\n', from)
  if (/^[ \t]*[#;]/.test(text.slice(from, from + 200))) return end === -1 ? text.length : end
  while (end !== -1 && /\\\r?$/.test(text.slice(Math.max(from, end - 2), end))) end = text.indexOf('\n', end + 1)
  return end === -1 ? text.length : end
}

/** systemd.syntax(7), Quoting: words in blanks; quotes are taken off wherever they stand; C escapes; `%` for specifiers. */
function readWords(
  text: string,
  from: number,
  to: number,
  put: (key: string, value: Value, start: number, end: number) => void,
): boolean {
  let at = from
  while (at < to) {
    if (/[\s\\]/.test(text[at] ?? '') && (text[at] !== '\\' || /[\r\n]/.test(text[at + 1] ?? ''))) {
      at++
      continue
    }
    let word = ''
    let quote = ''
    let opened = -1
    let valueStart = -1
    let odd = false
    for (; at < to; at++) {
      const sign = text[at] ?? ''
      if (quote === '' && /\s/.test(sign)) break
      if (sign === quote) {
        quote = ''
        // The quotes of a whole word are not part of its value.
        if (opened < valueStart) opened = -2
      } else if (quote === '' && (sign === '"' || sign === "'")) {
        quote = sign
        opened = at
      } else if (sign === '\\') {
        const next = text[at + 1] ?? ''
        at++
        if (/[\\"' ]/.test(next)) word += next
        else odd = true
      } else {
        word += sign
        if (sign === '=' && valueStart === -1) valueStart = at + 1
      }
    }
    if (quote !== '') return false
    const key = word.slice(0, word.indexOf('='))
    if (valueStart !== -1 && /^[A-Za-z_]\w*$/.test(key))
      put(key, readValue(word.slice(key.length + 1), odd), valueStart, opened === -2 ? at - 1 : at)
  }
  return true
}

function readValue(text: string, odd: boolean): Value {
  const bare = text.replaceAll('%%', '')
  // `%i`, `%h`: systemd.unit(5), Specifiers. `$` means nothing in Environment=.
  if (odd || bare.includes('%')) return computed(text)
  return { kind: 'literal', text: text.replaceAll('%%', '%'), type: 'string' }
}
