import { type Document, type Entry, type Format, Lines, type Value, composed, lineAround, lineEnd } from './document.ts'

/** KEY=value with quotes, `export`, comments: what dotenv, Docker's env files and systemd's EnvironmentFile agree on. */
export const env: Format = {
  name: 'env',
  read,
  print: (value, like) => {
    const text = String(value)
    const quote = /^["']/.exec(like)?.[0] ?? (/^[\w.:/@+-]*$/.test(text) ? '' : '"')
    // A password in the same value may hold what a shell would work out.
    return `${quote}${quote === '"' ? text.replace(/["\\$`]/g, '\\$&') : text}${quote}`
  },
  insert: (document, beside, key, value) => {
    const { end } = lineAround(document.text, beside.start)
    const exported = /^\s*export\s/.test(document.text.slice(lineAround(document.text, beside.start).start)) ? 'export ' : ''
    return { start: end, end, text: `${lineEnd(document.text)}${exported}${key}=${env.print(value, '')}` }
  },
}

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/

function read(text: string): Document {
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  const lines = new Lines(text)
  let at = 0
  while (at < text.length) {
    const found = text.indexOf('\n', at)
    let end = found === -1 ? text.length : found
    const head = assignment.exec(text.slice(at, Math.min(end, at + 400)))
    if (head?.[1] !== undefined) {
      const start = at + head[0].length
      const [value, stop] = readValue(text, start, end)
      entries.push({ path: [head[1]], value, start, end: stop, line: lines.of(start) })
      if (stop > end) end = text.indexOf('\n', stop) === -1 ? text.length : text.indexOf('\n', stop)
    } else if (!/^\s*(?:#[^\n]*)?$/.test(text.slice(at, Math.min(end, at + 400)))) {
      faults.push({ line: lines.of(at), words: 'not KEY=value' })
    }
    at = end + 1
  }
  return { format: 'env', text, entries, calls: [], faults }
}

function readValue(text: string, start: number, lineStop: number): [Value, number] {
  const quote = text[start]
  if (quote === '"' || quote === "'") {
    const close = findQuote(text, start + 1, quote)
    if (close === undefined) return [{ kind: 'computed', source: 'a quote without an end' }, lineStop]
    const inner = text.slice(start + 1, close)
    if (quote === '"' && /(?<!\\)\$[\w{]/.test(inner)) return [readReference(inner), close + 1]
    return [literal(quote === '"' ? inner.replace(/\\(["\\$`])/g, '$1') : inner), close + 1]
  }
  const raw = text.slice(start, lineStop).replace(/\r$/, '')
  const plain = raw.replace(/(?:^|[ \t])#.*$/, '').trimEnd()
  const end = start + plain.length
  return [/\$[\w{(]/.test(plain) ? readReference(plain) : literal(plain), end]
}

/** `${NAME}`, `${NAME:-fallback}`, `$NAME`; anything more is worked out by a shell. */
function readReference(text: string): Value {
  const [, name, fallback, plain] = /^(?:\$\{(\w+)(?::?-([^$}]*))?\}|\$(\w+))$/.exec(text) ?? []
  return name !== undefined || plain !== undefined ? { kind: 'environment', name: name ?? plain ?? '', fallback } : composed(text)
}

function literal(text: string): Value {
  return { kind: 'literal', text, type: 'string' }
}

function findQuote(text: string, from: number, quote: string): number | undefined {
  // A value of many lines is a key or a certificate; more than this is a quote that was forgotten.
  const limit = Math.min(text.length, from + 8192)
  for (let at = from; at < limit; at++) {
    if (text[at] === '\\' && quote === '"') at++
    else if (text[at] === quote) return at
  }
  return undefined
}
