import { type Document, type Entry, type Format, type Scalar, type Value, lineAround } from '../document.ts'
import { maxEntries, readLines } from '../line.ts'

/**
 * nullmailer's remotes: `host smtp port=587 starttls`, a relay a line; older files write `--port=587`. A path is the host
 * and its line, then the option's name.
 */
export const remotes: Format = {
  name: 'remotes',
  read,
  print: (value: Scalar, like) => {
    const [, name] = /^(?:--)?(starttls|tls|ssl|insecure|auth-login|x509fmtder|tls-anon-auth)$/.exec(like) ?? []
    if (name !== undefined) return value === true || value === 'true' ? like : ''
    const quote = /^["']/.exec(like)?.[0] ?? (/[\s'"]/.test(String(value)) ? '"' : '')
    return `${quote}${String(value)}${quote}`
  },
  insert: (document, beside, key, value) => {
    const { start, end } = lineAround(document.text, beside.start)
    const dashes = /\s--\w/.test(document.text.slice(start, end)) ? '--' : ''
    return {
      start: beside.end,
      end: beside.end,
      text: value === true ? ` ${dashes}${key}` : ` ${dashes}${key}=${remotes.print(value, '')}`,
    }
  },
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
      const [head, option, sign] = /^(?:--?)?([\w-]+)(=)?/.exec(word) ?? []
      const add = (key: string, value: Value, start: number): void => {
        entries.push({ path: [relay, key], value, start, end: at + word.length, line: line.number })
      }
      if (index === 0) add('host', literal(word), at)
      else if (index === 1 && !word.startsWith('-') && sign === undefined) add('protocol', literal(word), at)
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
