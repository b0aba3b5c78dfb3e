import {
  type Document,
  LineCounter,
  type Node,
  type Range,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
} from 'yaml'
import { SealpostError } from '../errors.ts'
import { explainSyntax } from './syntax.ts'

/** A path to an entry: keys of maps and indexes of lists. */
export type EntryPath = readonly (string | number)[]

/** A YAML file as plain data, and the line that each part of it stands on. */
export interface Tree {
  readonly value: unknown
  /** The line of the entry, or of the innermost one around it that is there. */
  findLine(path: EntryPath): number
}

const maxAliases = 100
const maxDepth = 50

/**
 * Parses one YAML 1.2 document. An entry without a value counts as not there, so that a heading whose entries are all
 * commented out means their defaults. A file of nothing but comments is an empty map.
 *
 * @param file as it shall stand in errors
 * @throws SealpostError SP_YAML_INVALID with `file:line`; never a value out of the file, for it may hold a secret
 */
export function parseYaml(text: string, file: string): Tree {
  const lines = new LineCounter()
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  // uniqueKeys compares every key with every other, which takes a minute for 60,000: inspectTree does it with a set.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, stringKeys: true, logLevel: 'silent' } as const
  const parsed = parseAllDocuments(text, options)
  if (parsed.length === 0) return { value: {}, findLine: () => 1 }
  const documents: readonly Document.Parsed[] = 'empty' in parsed ? [] : parsed
  for (const document of documents) {
    const first = [...document.errors, ...document.warnings].sort((one, other) => one.pos[0] - other.pos[0])[0]
    if (first) throw invalid(`${file}:${lineOf(first.pos[0])}`, explainSyntax(first))
  }
  const [document, second] = documents
  if (!document) return { value: {}, findLine: () => 1 }
  if (second) throw invalid(`${file}:${lineOf(second.range[0])}`, 'A second document begins here, after ---; the file holds one')
  inspectTree(document, file, lineOf)
  return { value: readValue(document, file, lineOf), findLine: (path) => lineOf(findOffset(document, path)) }
}

/** What the parser lets pass and a settings file has no use for. */
function inspectTree(document: Document.Parsed, file: string, lineOf: (offset: number) => number): void {
  let aliases = 0
  visit(document, {
    Map: (_, map) => {
      const seen = new Map<string, number>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        const line = lineOf(startOf(key))
        const first = seen.get(name)
        if (first !== undefined)
          throw invalid(`${file}:${line}`, `${JSON.stringify(name)} stands here twice, first on line ${first}`)
        seen.set(name, line)
      }
    },
    Alias: (_, alias) => {
      const where = `${file}:${lineOf(startOf(alias))}`
      if (++aliases > maxAliases) throw invalid(where, `The file has more than ${maxAliases} aliases (*name)`)
      if (!alias.resolve(document)) throw invalid(where, 'An alias (*name) stands before its anchor (&name), or has none')
    },
  })
}

function readValue(document: Document.Parsed, file: string, lineOf: (offset: number) => number): unknown {
  try {
    return dropEmpty(document.toJS({ maxAliasCount: maxAliases }), 0)
  } catch (error) {
    // Aliases of aliases make a small file grow without bound; so does an alias inside what it stands for.
    let at = 0
    visit(document, {
      Alias: (_, alias) => {
        at = startOf(alias)
        return visit.BREAK
      },
    })
    const what = at > 0 ? 'The aliases (*name) stand for too much' : `Entries lie more than ${maxDepth} deep`
    throw new SealpostError('SP_YAML_INVALID', { where: `${file}:${lineOf(at)}`, what, cause: error })
  }
}

function dropEmpty(value: unknown, depth: number): unknown {
  if (depth > maxDepth) throw new RangeError('too deep')
  if (Array.isArray(value)) return value.map((item) => dropEmpty(item, depth + 1))
  if (typeof value !== 'object' || value === null) return value ?? (depth === 0 ? {} : value)
  const kept = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(kept.map(([key, item]) => [key, dropEmpty(item, depth + 1)]))
}

function findOffset(document: Document.Parsed, path: EntryPath): number {
  let node: unknown = document.contents
  let offset = isMap(node) || isSeq(node) ? startOf(node) : 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (!pair) break
      offset = startOf(pair.key) || offset
      node = pair.value
    } else if (isSeq(node) && node.items[Number(step)] !== undefined) {
      node = node.items[Number(step)]
      offset = startOf(node) || offset
    } else break
  }
  return offset
}

function startOf(node: unknown): number {
  return (node as Partial<Node> & { range?: Range | null }).range?.[0] ?? 0
}

function invalid(where: string, what: string): SealpostError {
  return new SealpostError('SP_YAML_INVALID', { where, what })
}
