import { type AST, parseTOML } from 'toml-eslint-parser'
import { type Document, type Entry, type Format, type Scalar, type Value, lineAround, lineEnd } from './document.ts'
import { maxEntries } from './line.ts'

export const toml: Format = {
  name: 'toml',
  read,
  print: (value: Scalar, like) => {
    if (typeof value !== 'string') return String(value)
    // A literal string holds no apostrophe and no control character.
    // oxlint-disable-next-line no-control-regex
    if (like.startsWith("'") && !like.startsWith("'''") && !/['\u0000-\u001F\u007F]/.test(value)) return `'${value}'`
    return JSON.stringify(value).replaceAll('\u007F', String.raw`\u007F`)
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    const { start } = lineAround(text, beside.start)
    const left = text.slice(start, beside.start)
    const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
    // Inside { } on one line.
    if (/[{,]\s*[\w."'-]+\s*=\s*$/.test(left))
      return { start: beside.end, end: beside.end, text: `, ${name} = ${toml.print(value, '')}` }
    const { end } = lineAround(text, beside.end)
    // `smtp.host = …` outside of a table: the new key has the same parent written before it.
    const [, indent, parents, sign] = /^(\s*)((?:[\w"'-]+\s*\.\s*)*)[\w"'-]+(\s*=\s*)$/.exec(left) ?? []
    if (sign === undefined) return undefined
    return { start: end, end, text: `${lineEnd(text)}${indent ?? ''}${parents ?? ''}${name}${sign}${toml.print(value, '')}` }
  },
}

function read(text: string): Document {
  const entries: Entry[] = []
  try {
    const [table] = parseTOML(text).body
    for (const node of table.body) {
      if (node.type === 'TOMLTable') for (const pair of node.body) walkPair(pair, node.resolvedKey.map(String))
      else walkPair(node, [])
    }
  } catch (error) {
    const line = error instanceof Error && 'lineNumber' in error ? Number(error.lineNumber) : 1
    // TOML has one meaning or none: nothing of a file that is not valid is a fact.
    return { format: 'toml', text, entries: [], calls: [], faults: [{ line: Math.max(1, line || 1), words: 'not valid here' }] }
  }
  return { format: 'toml', text, entries, calls: [], faults: [] }

  function walkPair({ key, value }: AST.TOMLKeyValue, parents: readonly string[]): void {
    walk(value, [...parents, ...key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value))])
  }

  function walk(node: AST.TOMLContentNode, path: readonly string[]): void {
    if (entries.length >= maxEntries) return
    if (node.type === 'TOMLInlineTable') {
      for (const pair of node.body) walkPair(pair, path)
    } else if (node.type === 'TOMLArray') {
      node.elements.forEach((item, index) => {
        walk(item, [...path, String(index)])
      })
    } else {
      const [start, end] = node.range
      entries.push({ path, value: readScalar(node), start, end, line: node.loc.start.line })
    }
  }
}

function readScalar(node: AST.TOMLValue): Value {
  if (node.kind === 'string') {
    const [, name] = /^\$\{?(\w+)\}?$/.exec(node.value) ?? []
    if (name !== undefined && node.value.startsWith('${')) return { kind: 'environment', name, fallback: undefined }
    return { kind: 'literal', text: node.value, type: 'string' }
  }
  if (node.kind === 'boolean') return { kind: 'literal', text: String(node.value), type: 'boolean' }
  if (node.kind === 'integer') return { kind: 'literal', text: String(node.bigint), type: 'number' }
  return { kind: 'literal', text: node.kind === 'float' ? node.number : node.datetime, type: 'number' }
}
