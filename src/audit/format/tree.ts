import {
  LineCounter,
  type Node,
  type Pair,
  Scalar as YamlScalar,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
} from 'yaml'
import { type Document, type Entry, type Format, type Value, insertLine, lineAround, lineEnd } from './document.ts'

/** JSON, with the comments that some programs allow in it: YAML 1.2 holds all of JSON. */
export const json: Format = {
  name: 'json',
  read: (text) => readTree('json', text),
  print: (value) => JSON.stringify(value),
  insert: (document, beside, key, value) => {
    const { text } = document
    const alone = /^[ \t]*"/.test(text.slice(lineAround(text, beside.start).start))
    const pair = `"${key}": ${json.print(value, '')}`
    if (!alone) return { start: beside.end, end: beside.end, text: `, ${pair}` }
    return insertLine(text, beside, pair)
  },
}

export const yaml: Format = {
  name: 'yaml',
  read: (text) => readTree('yaml', text),
  print: (value, like) => {
    if (typeof value !== 'string') return String(value)
    const [quote] = /^["']/.exec(like) ?? []
    if (quote === "'") return `'${value.replaceAll("'", "''")}'`
    return quote === '"' || !/^[A-Za-z][\w./@+-]*$/.test(value) || /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value)
      ? JSON.stringify(value)
      : value
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    const { start, end, indent } = lineAround(text, beside.start)
    const line = text.slice(start, end)
    // Inside { } on one line.
    if (/[{[,]\s*[\w"'-]+\s*:[^{]*$/.test(text.slice(start, beside.start)))
      return { start: beside.end, end: beside.end, text: `, ${key}: ${yaml.print(value, '')}` }
    const column = indent + (/^\s*-\s+/.test(line) ? ' '.repeat((/^\s*(-\s+)/.exec(line)?.[1] ?? '').length) : '')
    const stop = beside.end > end ? beside.end : end
    return { start: stop, end: stop, text: `${lineEnd(text)}${column}${key}: ${yaml.print(value, '')}` }
  },
}

const maxEntries = 50_000

/** Characters read: the parser takes a thousand times as much memory, and no settings are as long. */
const maxText = 300_000
const maxDepth = 40

function readTree(format: string, text: string): Document {
  const counter = new LineCounter()
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  if (text.length > maxText)
    return { format, text, entries, calls: [], faults: [{ line: 1, words: `longer than ${maxText / 1000} kB` }] }
  const documents = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  for (const parsed of Array.isArray(documents) ? documents : []) {
    for (const error of parsed.errors)
      faults.push({ line: Math.max(1, counter.linePos(error.pos[0]).line), words: 'not valid here' })
    if (parsed.contents) walk(parsed.contents, [], 0)
  }
  return { format, text, entries, calls: [], faults }

  function walk(node: Node | null, path: readonly string[], depth: number): void {
    if (!node || entries.length >= maxEntries) return
    if (depth > maxDepth) {
      faults.push({ line: 1, words: `deeper than ${maxDepth} levels` })
      return
    }
    if (isMap(node)) {
      for (const pair of node.items) if (isPair(pair)) walkPair(pair, path, depth)
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        walk(item as Node, [...path, String(index)], depth + 1)
      })
    } else if (node.range && path.length > 0) {
      const [start, end] = node.range
      entries.push({
        path,
        value: readScalar(node, text.slice(start, end)),
        start,
        end,
        line: Math.max(1, counter.linePos(start).line),
      })
    }
  }

  function walkPair(pair: Pair, path: readonly string[], depth: number): void {
    const key = isScalar(pair.key) ? String(pair.key.value) : undefined
    if (key !== undefined) walk(pair.value as Node | null, [...path, key], depth + 1)
  }
}

function readScalar(node: Node, source: string): Value {
  if (isAlias(node)) return { kind: 'computed', source }
  if (!(node instanceof YamlScalar)) return { kind: 'computed', source: node.tag ?? 'a value' }
  // `!secret smtp_password` and its like are read elsewhere.
  if (node.tag?.startsWith('!') && !node.tag.startsWith('tag:yaml.org')) return { kind: 'computed', source: node.tag }
  const { value } = node
  if (value === null) return { kind: 'literal', text: '', type: 'null' }
  if (typeof value === 'string') {
    const reference = /^(?:\$\{(\w+)(?::-?([^}]*))?\}|%env\((?:\w+:)*(\w+)\)%)$/.exec(value)
    if (reference) return { kind: 'environment', name: reference[1] ?? reference[3] ?? '', fallback: reference[2] }
    return { kind: 'literal', text: value, type: 'string' }
  }
  return typeof value === 'number' || typeof value === 'boolean'
    ? { kind: 'literal', text: String(value), type: typeof value as 'number' | 'boolean' }
    : { kind: 'computed', source: 'a value' }
}
