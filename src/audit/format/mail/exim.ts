import { type Document, type Entry, type Format, type Value, lineAround, lineEnd } from '../document.ts'
import { maxEntries, readLines, untold } from '../line.ts'

/**
 * Exim's configuration: `NAME = value` macros, options of the main part, and drivers (`name:`) in sections (`begin
 * transports`). A path is `macro`, name; `main`, option; or section, driver, option. A file of Debian's `conf.d` has no
 * `begin`: its drivers are in the section `*`.
 */
export const exim: Format = {
  name: 'exim',
  read,
  print: (value, like) => {
    const [, no, name] = /^(no_|not_)?([a-z]\w*)$/.exec(like) ?? []
    // A switch is its own name, with `no_` before it to turn it off.
    if (typeof value === 'boolean' && name !== undefined && !/^(?:true|false|yes|no)$/.test(like))
      return value === (no === undefined) ? like : `${value ? '' : 'no_'}${name}`
    const text = String(value)
    return like.startsWith('"') ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    const { indent } = lineAround(text, beside.start)
    const { end } = lineAround(text, beside.end)
    // Inside of .ifdef the line would hold only sometimes: it comes behind the end.
    const rest = text.slice(end)
    const [closed] = (guarded.has(beside) && /^[^]*?\n[ \t]*\.endif[^\n\r]*/.exec(rest)) || ['']
    const at = end + closed.length
    return { start: at, end: at, text: `${lineEnd(text)}${indent}${key} = ${exim.print(value, '')}` }
  },
}

/** Entries that stand in a conditional part. */
const guarded = new WeakSet<Entry>()

interface Logical {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly number: number
}

function read(text: string): Document {
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  const macros = new Map<string, Value>()
  const conditions: string[] = []
  let section: string | undefined
  let driver: string | undefined
  for (const line of joinLines(text)) {
    if (entries.length >= maxEntries) break
    const [, word, rest = ''] =
      /^\s*\.(ifdef|ifndef|else|elifdef|elifndef|endif|include(?:_if_exists)?)\b\s*(.*)$/.exec(line.text) ?? []
    if (word !== undefined) {
      if (word.startsWith('if')) conditions.push(`${word} ${rest}`)
      else if (word === 'endif') conditions.pop()
      else if (word.startsWith('el')) conditions.splice(-1, 1, `${word} ${rest || (conditions.at(-1) ?? '')}`.slice(0, 200))
      continue
    }
    const [, begin] = /^\s*begin\s+(\w+)\s*$/.exec(line.text) ?? []
    if (begin !== undefined) {
      section = begin
      driver = undefined
      continue
    }
    const [, name] = /^\s*([\w.-]+)\s*:\s*$/.exec(line.text) ?? []
    if (name !== undefined && !/^[A-Z]/.test(name)) {
      driver = name
      continue
    }
    const [head, key, sign] = /^\s*(?:hide\s+)?(\w+)(\s*=\s*|\s*$)/.exec(line.text) ?? []
    // Lists of access, retry and rewrite are not settings of the form name = value.
    const listed = section !== undefined && !['routers', 'transports', 'authenticators'].includes(section)
    if (listed) continue
    if (head === undefined || key === undefined || sign === undefined) {
      // `domainlist local_domains = …` and what else the main part has.
      if (
        !/^\s*(?:hide\s+)?(?:domainlist|hostlist|addresslist|localpartlist)\b/.test(line.text) &&
        driver === undefined &&
        section !== undefined
      )
        faults.push({ line: line.number, words: 'not name = value' })
      continue
    }
    add(line, head, key, sign.includes('='))
  }
  return { format: 'exim', text, entries, calls: [], faults }

  function add(line: Logical, head: string, key: string, assigned: boolean): void {
    const macro = /^[A-Z]/.test(key) && driver === undefined
    const [, no, plain] = /^(no_|not_)?(\w+)$/.exec(key) ?? []
    const name = assigned ? key : (plain ?? key)
    const at = assigned ? line.start + head.length : line.start + head.indexOf(key)
    const raw = assigned ? text.slice(at, line.end).trimEnd() : key
    const own: Value = assigned ? readValue(raw) : { kind: 'literal', text: no === undefined ? 'true' : 'false', type: 'boolean' }
    // Whether the condition holds is not known: the macro may be set in another file.
    const unsure = conditions.length > 0 && !holds()
    const value = unsure ? untold(`${raw}, only .${conditions.at(-1)}`) : own
    const path = macro ? ['macro', key] : driver === undefined ? ['main', name] : [section ?? '*', driver, name]
    if (macro && !(unsure && macros.has(key))) macros.set(key, own)
    // `.ifndef NAME` around `NAME = value` gives its default.
    const entry: Entry = { path, value: macro && unsure ? own : value, start: at, end: at + raw.length, line: line.number }
    if (conditions.length > 0) guarded.add(entry)
    entries.push(entry)
  }

  /** Every condition is `.ifdef` of a macro that this file sets. */
  function holds(): boolean {
    return conditions.every((condition) => {
      const [, macro] = /^(?:ifdef|elifdef) ([A-Z]\w*)/.exec(condition) ?? []
      return macro !== undefined && macros.has(macro)
    })
  }

  function readValue(raw: string): Value {
    if (/\\\r?\n/.test(raw)) return untold(raw)
    const [, quoted] = /^"(.*)"$/.exec(raw) ?? []
    const plain = quoted === undefined ? raw : quoted.replace(/\\(.)/g, '$1')
    const macro = macros.get(plain)
    if (macro) return macro
    return plain.includes('$') || /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(plain)
      ? untold(raw)
      : { kind: 'literal', text: plain, type: 'string' }
  }
}

/** A line that ends with `\` goes on in the next. */
function joinLines(text: string): Logical[] {
  const joined: Logical[] = []
  let open = false
  for (const line of readLines(text)) {
    if (!open && /^\s*(?:#|$)/.test(line.text)) continue
    const last = joined.at(-1)
    if (open && last) joined[joined.length - 1] = { ...last, end: line.end }
    else joined.push({ text: line.text, start: line.start, end: line.end, number: line.number })
    open = /\\\s*$/.test(line.text) || (open && /^\s*#/.test(line.text))
  }
  return joined
}
