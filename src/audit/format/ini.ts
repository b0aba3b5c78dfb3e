import { type Document, type Entry, type Format, type Value, lineAround, lineEnd } from './document.ts'
import { maxEntries, readLines, untold } from './line.ts'

/** `[section]`, `key = value` or `key: value`, comments with `;` and `#`. A path is section, key; before the first section only the key. */
export const ini: Format = {
  name: 'ini',
  read,
  print: (value, like) => {
    const text = String(value)
    const quote = /^["']/.exec(like)?.[0] ?? (/[;#"']|^\s|\s$|^$/.test(text) && typeof value === 'string' ? '"' : '')
    return `${quote}${text}${quote}`
  },
  insert: (document, beside, key, value) => {
    const { start, end } = lineAround(document.text, beside.start)
    const left = document.text.slice(start, beside.start)
    // Indentation and the space around the sign are the neighbour's.
    const [, indent, sign] = /^([ \t]*).*?([ \t]*[=:][ \t]*)$/.exec(left) ?? []
    return { start: end, end, text: `${lineEnd(document.text)}${indent ?? ''}${key}${sign ?? ' = '}${ini.print(value, '')}` }
  },
}

const section = /^[ \t]*\[([^\]\n]{1,200})\][ \t]*(?:[;#].*)?$/
const assignment = /^\uFEFF?[ \t]*([^\s=:;#[][^=:]{0,200}?)[ \t]*[=:][ \t]*/

function read(text: string): Document {
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  let inside: string | undefined
  for (const line of readLines(text)) {
    if (entries.length >= maxEntries) break
    const [, name] = section.exec(line.text) ?? []
    const [head, key] = assignment.exec(line.text) ?? []
    if (/^\uFEFF?\s*(?:[;#].*)?$/.test(line.text)) continue
    if (name !== undefined) {
      inside = name.trim()
    } else if (head !== undefined && key !== undefined) {
      const start = line.start + head.length
      const raw = cutComment(text.slice(start, line.end))
      const path = inside === undefined ? [key] : [inside, key]
      entries.push({ path, value: readValue(raw), start, end: start + raw.length, line: line.number })
    } else if (!/^[ \t]/.test(line.text)) {
      // An indented line goes on with the value before it.
      faults.push({ line: line.number, words: 'neither [section] nor key = value' })
    }
  }
  return { format: 'ini', text, entries, calls: [], faults }
}

/** A comment behind a value needs a space before it; in quotes there is none. */
function cutComment(raw: string): string {
  const quoted = /^(["'])(?:\\.|(?!\1)[^\\])*\1(?=\s*(?:[;#]|$))/.exec(raw.slice(0, 8192))
  if (quoted) return quoted[0]
  const at = raw.search(/(?:^|[ \t])[;#]/)
  return (at === -1 ? raw : raw.slice(0, at)).trimEnd()
}

function readValue(raw: string): Value {
  const [, , inner] = /^(["'])(.*)\1$/.exec(raw) ?? []
  const text = inner ?? raw
  // `${NAME}` and Grafana's `$__env{NAME}` are environment variables; `%(name)s` is Python's reference to another key.
  const [, braces, grafana] = /^(?:\$\{(\w+)\}|\$__env\{(\w+)\})$/.exec(text) ?? []
  if (braces !== undefined || grafana !== undefined)
    return { kind: 'environment', name: braces ?? grafana ?? '', fallback: undefined }
  if (/\$\{|\$__\w+\{|%\(\w+\)s|\\$/.test(text)) return untold(raw)
  return { kind: 'literal', text, type: inner !== undefined || raw === '' ? 'string' : typeOf(raw) }
}

function typeOf(raw: string): 'number' | 'boolean' | 'string' {
  return /^-?\d{1,15}$/.test(raw) ? 'number' : /^(?:true|false)$/.test(raw) ? 'boolean' : 'string'
}
