import { type Document, type Entry, type Format, type Scalar, type Value } from '../document.ts'
import { maxEntries, readLines } from '../line.ts'

/** nullmailer's remotes: `host smtp --port=587 --starttls`, a relay a line. A path is the host and its line, then the option's name. */
export const remotes: Format = {
  name: 'remotes',
  read,
  print: (value: Scalar, like) => {
    const [, name] = /^--([\w-]+)$/.exec(like) ?? []
    if (name !== undefined) return value === true || value === 'true' ? like : ''
    const quote = /^["']/.exec(like)?.[0] ?? (/[\s'"]/.test(String(value)) ? '"' : '')
    return `${quote}${String(value)}${quote}`
  },
  insert: (_, beside, key, value) => ({
    start: beside.end,
    end: beside.end,
    text: value === true ? ` --${key}` : ` --${key}=${remotes.print(value, '')}`,
  }),
}

function read(text: string): Document {
  const entries: Entry[] = []
  for (const line of readLines(text)) {
    if (/^\s*(?:#|$)/.test(line.text) || entries.length >= maxEntries) continue
    const tokens = [...line.text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)]
    const relay = `${tokens[0]?.[0] ?? ''} (line ${line.number})`
    tokens.forEach((found, index) => {
      const [word] = found
      const at = line.start + found.index
      const [head, option, sign] = /^--?([\w-]+)(=)?/.exec(word) ?? []
      const add = (key: string, value: Value, start: number): void => {
        entries.push({ path: [relay, key], value, start, end: at + word.length, line: line.number })
      }
      if (index === 0) add('host', literal(word), at)
      else if (head === undefined && index === 1) add('protocol', literal(word), at)
      else if (option !== undefined && sign !== undefined)
        add(option, literal(word.slice(head?.length)), at + (head?.length ?? 0))
      else if (option !== undefined) add(option, { kind: 'literal', text: 'true', type: 'boolean' }, at)
    })
  }
  return { format: 'remotes', text, entries, calls: [], faults: [] }
}

function literal(raw: string): Value {
  const [, , inner] = /^(["'])(.*)\1$/.exec(raw) ?? []
  return { kind: 'literal', text: inner ?? raw, type: 'string' }
}
