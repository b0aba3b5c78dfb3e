import { type Document, type Entry, type Format, type Scalar, type Value, lineAround, lineEnd } from '../document.ts'
import { maxEntries, readLines, untold } from '../line.ts'

/** mutt's `set name=value`, `set name`, `set noname`, `unset name`. A path is the name. */
export const muttrc: Format = {
  name: 'muttrc',
  read,
  print: (value: Scalar, like) => {
    const [, verb, no, name] = /^(?:(unset|set)\s+)?(no)?([a-z_]\w*)$/.exec(like) ?? []
    // A name without a value: the name itself says yes or no.
    if (typeof value === 'boolean' && name !== undefined && like !== 'yes' && like !== 'no') {
      if (verb === 'unset') return value ? `set ${name}` : like
      return value === (no === undefined) ? like : `${value ? '' : 'no'}${name}`
    }
    const said = String(value)
    const text = said === 'true' ? 'yes' : said === 'false' ? 'no' : said
    const quote = /^["']/.exec(like)?.[0] ?? (/^[\w.:/@+-]+$/.test(text) ? '' : '"')
    return `${quote}${quote === '"' ? text.replace(/["\\$`]/g, '\\$&') : text}${quote}`
  },
  insert: (document, beside, key, value) => {
    const { end } = lineAround(document.text, beside.end)
    return { start: end, end, text: `${lineEnd(document.text)}set ${key}=${muttrc.print(value, '')}` }
  },
}

const setting = /\s*(?:(no)?([a-z_]\w*))(?:\s*=\s*("(?:\\.|[^"\\])*"|'[^']*'|[^\s;#]*))?/y

function read(text: string): Document {
  const entries: Entry[] = []
  for (const line of readLines(text)) {
    if (entries.length >= maxEntries) break
    const [head, verb] = /^\s*(set|unset)\s+/.exec(line.text) ?? []
    if (head === undefined) continue
    setting.lastIndex = head.length
    for (let found = setting.exec(line.text); found; found = setting.exec(line.text)) {
      const [all, no, name, value] = found
      const end = line.start + found.index + all.length
      const only = verb === 'unset' && /^\s*(?:#.*)?$/.test(line.text.slice(setting.lastIndex))
      const begin = only && found.index === head.length ? line.text.search(/\S/) : found.index + all.search(/\S/)
      const start = value === undefined ? line.start + begin : end - value.length
      const on = verb === 'set' && no === undefined
      entries.push({
        path: [nameOf(no, name ?? '', value)],
        value: value === undefined ? { kind: 'literal', text: String(on), type: 'boolean' } : readValue(value),
        start,
        end,
        line: line.number,
      })
      if (setting.lastIndex >= line.text.length) break
    }
  }
  return { format: 'muttrc', text, entries: lastOfEach(entries), calls: [], faults: [] }
}

/** `set nomore=x` would be the name as a whole. */
function nameOf(no: string | undefined, name: string, value: string | undefined): string {
  return value === undefined ? name : `${no ?? ''}${name}`
}

function readValue(raw: string): Value {
  const [, quote, inner] = /^(["'])(.*)\1$/.exec(raw) ?? []
  if (quote !== "'" && /(?<!\\)[$`]/.test(raw)) return untold(raw)
  const text = quote === '"' ? (inner ?? '').replace(/\\(.)/g, '$1') : (inner ?? raw)
  return { kind: 'literal', text, type: 'string' }
}

/** mutt reads from top to bottom. */
function lastOfEach(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [entry.path.join(' '), entry])).values()].toSorted((a, b) => a.start - b.start)
}
