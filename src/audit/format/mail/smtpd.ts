import { type Document, type Entry, type Format, type Scalar, type Value } from '../document.ts'
import { maxEntries, readLines, untold } from '../line.ts'

/**
 * OpenSMTPD's smtpd.conf. Of `action "out" relay host smtp+tls://example.com tls no-verify` the paths are `action`, `out`,
 * `host` and `action`, `out`, `tls`; of `listen on eth0 tls-require` it is `listen`, `eth0`, `tls`.
 */
export const smtpdConf: Format = {
  name: 'smtpdConf',
  read,
  print: (value: Scalar, like) => {
    const text = String(value)
    if (/^tls\b/.test(like) || /^(?:smtps|tls-require)\b/.test(like)) return value === true || text === 'true' ? 'tls' : text
    return like.startsWith('"') || /[\s#"]/.test(text) ? `"${text.replaceAll('"', '')}"` : text
  },
  // Options stand on the line of their action.
  insert: (_, beside, key, value) => ({
    start: beside.end,
    end: beside.end,
    text: value === true ? ` ${key}` : ` ${key} ${smtpdConf.print(value, '')}`,
  }),
}

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly line: number
}

/** Words that a value follows. */
const withValue = new Set([
  'host',
  'auth',
  'helo',
  'helo-src',
  'src',
  'mail-from',
  'domain',
  'user',
  'ttl',
  'pki',
  'ca',
  'port',
  'protocols',
  'ciphers',
])
const servings = new Set(['tls', 'tls-require', 'smtps'])

function read(text: string): Document {
  const entries: Entry[] = []
  const macros = new Map<string, string>()
  for (const statement of splitStatements(text)) {
    if (entries.length >= maxEntries) break
    const [first, second, third] = statement
    if (!first || !second) continue
    if (second.text === '=' && third) macros.set(first.text, unquote(third.text))
    else if (first.text === 'action') readOptions(['action', unquote(second.text)], statement.slice(2))
    else if (first.text === 'listen' && second.text === 'on' && third)
      readOptions(['listen', unquote(third.text)], statement.slice(3))
  }
  return { format: 'smtpdConf', text, entries, calls: [], faults: [] }

  function readOptions(path: readonly string[], tokens: readonly Token[]): void {
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]
      if (!token) continue
      const next = tokens[at + 1]
      if (withValue.has(token.text) && next) {
        entries.push({
          path: [...path, token.text],
          value: readValue(next.text),
          start: next.start,
          end: next.end,
          line: next.line,
        })
        at++
      } else if (servings.has(token.text)) {
        const refuse = next && /^(?:no-verify|verify)$/.test(next.text) ? next : undefined
        const literal = refuse?.text ?? (token.text === 'tls' ? 'true' : token.text)
        entries.push({
          path: [...path, 'tls'],
          value: { kind: 'literal', text: literal, type: 'name' },
          start: token.start,
          end: (refuse ?? token).end,
          line: token.line,
        })
      } else if (token.text === 'relay') {
        entries.push({
          path: [...path, 'relay'],
          value: { kind: 'literal', text: 'relay', type: 'name' },
          start: token.start,
          end: token.end,
          line: token.line,
        })
      }
    }
  }

  function readValue(raw: string): Value {
    const plain = unquote(raw)
    const macro = /^\$(\w+)$/.exec(plain)?.[1]
    const known = macro === undefined ? undefined : macros.get(macro)
    if (known !== undefined) return { kind: 'literal', text: known, type: 'string' }
    return plain.includes('$') ? untold(raw) : { kind: 'literal', text: plain, type: 'string' }
  }
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined) : text
}

function splitStatements(text: string): Token[][] {
  const statements: Token[][] = []
  let open = false
  for (const line of readLines(text)) {
    const tokens: Token[] = []
    for (const found of line.text.matchAll(/"[^"]*"?|#.*$|[^\s"#]+/g)) {
      const [word] = found
      if (word.startsWith('#') || word === '\\') continue
      const start = line.start + found.index
      tokens.push({ text: word, start, end: start + word.length, line: line.number })
    }
    const last = statements.at(-1)
    if (open && last) last.push(...tokens)
    else statements.push(tokens)
    open = line.text.endsWith('\\')
  }
  return statements
}
