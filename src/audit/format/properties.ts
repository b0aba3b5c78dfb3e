import { type Document, type Entry, type Format, type Value, composed, lineAround, lineEnd } from './document.ts'
import { maxEntries, readLines } from './line.ts'

/**
 * Java's `key=value`, `key: value`, `key value`, comments with `#` and `!`, escapes, lines that go on behind `\`.
 * The whole key is one part of the path, dots and all.
 */
export const properties: Format = {
  name: 'properties',
  read,
  print: (value) =>
    String(value)
      .replaceAll('\\', '\\\\')
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t')
      .replace(/^ /, '\\ '),
  insert: (document, beside, key, value) => {
    const { text } = document
    const { start } = lineAround(text, beside.start)
    const { end } = lineAround(text, beside.end)
    const [, indent, sign] = /^([ \t]*).*?([ \t]*[=:][ \t]*|[ \t]+)$/.exec(text.slice(start, beside.start)) ?? []
    return { start: end, end, text: `${lineEnd(text)}${indent ?? ''}${key}${sign ?? '='}${properties.print(value, '')}` }
  },
}

const head = /^[ \t\f]*((?:\\.|[^\\\s=:])+)(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+|$)/

function read(text: string): Document {
  const entries: Entry[] = []
  const lines = [...readLines(text)]
  for (let at = 0; at < lines.length && entries.length < maxEntries; at++) {
    const line = lines[at]
    const [before, key] = (line && !/^[ \t\f]*(?:[#!]|$)/.test(line.text) && head.exec(line.text)) || []
    if (!line || before === undefined || key === undefined) continue
    let last = line
    // An odd number of backslashes at the end: the next line belongs to it, whatever it looks like.
    while (/(?:^|[^\\])(?:\\\\)*\\$/.test(last.text) && at + 1 < lines.length) last = lines[++at] ?? last
    const start = line.start + before.length
    const end = Math.max(start, last.end)
    entries.push({ path: [unescape(key)], value: readValue(text.slice(start, end)), start, end, line: line.number })
  }
  return { format: 'properties', text, entries, calls: [], faults: [] }
}

function readValue(raw: string): Value {
  const text = unescape(raw.replace(/\\\r?\n[ \t\f]*/g, ''))
  const [, name, fallback] = /^\$\{(\w+)(?::([^${}]*))?\}$/.exec(text) ?? []
  if (name !== undefined) return { kind: 'environment', name, fallback }
  if (text.includes('${')) return composed(raw)
  return { kind: 'literal', text, type: 'string' }
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescape(text: string): string {
  return text.replace(/\\(?:u([\dA-Fa-f]{4})|([^]))/g, (_, code: string | undefined, letter: string | undefined) =>
    code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[letter ?? ''] ?? letter ?? ''),
  )
}
