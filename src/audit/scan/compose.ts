import { LineCounter, type Node, Scalar, isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments, visit } from 'yaml'
import { type Document, type Entry, type Format, type Value, computed, formats, lineAround, lineEnd } from '../format/index.ts'

/** A service of a compose file, as far as it matters to mail. */
interface ComposeService {
  readonly name: string
  /** As written, with its `${}`. */
  readonly image: string | undefined
  /** As written, the first read first. */
  readonly envFiles: readonly string[]
}

export interface ComposeFile {
  /** An entry for each variable of each service: its path is the service and the variable. */
  readonly document: Document
  readonly services: readonly ComposeService[]
}

/** The environment of a compose file's services (compose-spec, 05-services.md, environment), as a way of writing settings down. */
export const compose: Format = {
  name: 'compose',
  read: (text) => readCompose(text).document,
  print: (value, like) => {
    // compose-spec, 12-interpolation.md: a dollar sign is doubled.
    const text = String(value).replaceAll('$', '$$$$')
    if (like.startsWith('=')) return `=${text}`
    // A bare number is taken, a bare boolean is not everywhere.
    return /^\d{1,9}$/.test(text) && !/^["']/.test(like) ? text : formats.yaml.print(text, like)
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    if (text[beside.start] !== '=') return formats.yaml.insert(document, beside, key, String(value).replaceAll('$', '$$$$'))
    const { start, end } = lineAround(text, beside.start)
    const [, dash] = /^([ \t]*-[ \t]+)["']?[^\s"'=]+$/.exec(text.slice(start, beside.start)) ?? []
    const item = `${key}${compose.print(value, '=')}`
    if (dash !== undefined) return { start: end, end, text: `${lineEnd(text)}${dash}${item}` }
    const close = beside.end + (/["']/.test(text[beside.end] ?? '') ? 1 : 0)
    return { start: close, end: close, text: `, ${item}` }
  },
}

const maxEntries = 20_000
const maxServices = 500
/** Merges within merges, services that extend services. */
const maxDepth = 8

export function readCompose(text: string): ComposeFile {
  const counter = new LineCounter()
  const faults: Document['faults'][number][] = []
  const reader = new Reader(text, counter)
  const parsed = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  for (const document of Array.isArray(parsed) ? parsed : []) {
    for (const error of document.errors)
      faults.push({ line: Math.max(1, counter.linePos(error.pos[0]).line), words: 'not valid here' })
    if (document.contents) reader.read(document.contents)
  }
  const document: Document = { format: 'compose', text, entries: reader.entries, calls: [], faults }
  return { document, services: reader.services }
}

class Reader {
  readonly entries: Entry[] = []
  readonly services: ComposeService[] = []
  readonly #text: string
  readonly #counter: LineCounter
  readonly #anchors = new Map<string, Node>()
  /** Aliases of aliases multiply: there is an end to what is looked at. */
  #budget = maxEntries * 4

  constructor(text: string, counter: LineCounter) {
    this.#text = text
    this.#counter = counter
  }

  read(contents: Node): void {
    this.#anchors.clear()
    visit(contents, {
      Node: (_, node) => {
        if (!isAlias(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node)
      },
    })
    const services = this.#pairs(this.#pairs(contents).get('services'))
    for (const [name, node] of services) {
      if (this.services.length >= maxServices) return
      const service = this.#inherit(node, services, 0)
      const image = scalarText(this.#resolve(service.get('image')))
      this.services.push({ name, image, envFiles: this.#readEnvFiles(service.get('env_file')) })
      for (const [key, [value, start, end]] of this.#readEnvironment(service.get('environment'))) {
        if (this.entries.length >= maxEntries) return
        const line = Math.max(1, this.#counter.linePos(start).line)
        this.entries.push({ path: [name, key], value, start, end, line })
      }
    }
  }

  /** compose-spec, 05-services.md, extends: what another service of this file says, where this one says nothing. */
  #inherit(node: Node, services: ReadonlyMap<string, Node>, depth: number): ReadonlyMap<string, Node> {
    const own = this.#pairs(node)
    const extended = this.#resolve(own.get('extends'))
    const named = this.#pairs(extended)
    const base = scalarText(extended) ?? (named.has('file') ? undefined : scalarText(named.get('service')))
    const other = base === undefined || depth > maxDepth ? undefined : services.get(base)
    return other ? new Map([...this.#inherit(other, services, depth + 1), ...own]) : own
  }

  #resolve(node: Node | undefined, depth = 0): Node | undefined {
    if (!isAlias(node)) return node
    return depth > maxDepth ? undefined : this.#resolve(this.#anchors.get(node.source), depth + 1)
  }

  /** Keys and values of a mapping, with what `<<` brings in below what it says itself. */
  #pairs(given: Node | undefined, depth = 0): Map<string, Node> {
    const node = this.#resolve(given)
    const own = new Map<string, Node>()
    if (!isMap(node) || depth > maxDepth) return own
    const merged = new Map<string, Node>()
    for (const pair of node.items) {
      if (this.#budget-- <= 0) break
      if (!isPair(pair) || !isScalar(pair.key)) continue
      const key = String(pair.key.value)
      // The parser's own type for the two sides of a pair is unknown.
      const value = pair.value as Node | null
      if (key !== '<<') {
        if (value) own.set(key, value)
        continue
      }
      const sources = this.#resolve(value ?? undefined)
      for (const source of isSeq(sources) ? (sources.items as Node[]) : [sources])
        for (const [name, brought] of this.#pairs(source, depth + 1)) if (!merged.has(name)) merged.set(name, brought)
    }
    return new Map([...merged, ...own])
  }

  #readEnvFiles(given: Node | undefined): string[] {
    const node = this.#resolve(given)
    const items = isSeq(node) ? (node.items as Node[]) : node ? [node] : []
    return items.slice(0, 100).flatMap((item) => {
      const path = scalarText(this.#resolve(item)) ?? scalarText(this.#pairs(item).get('path'))
      return path === undefined ? [] : [path]
    })
  }

  #readEnvironment(given: Node | undefined): Map<string, readonly [Value, number, number]> {
    const node = this.#resolve(given)
    const variables = new Map<string, readonly [Value, number, number]>()
    if (isSeq(node)) {
      for (const item of node.items as Node[]) this.#readItem(this.#resolve(item), variables)
      return variables
    }
    for (const [key, written] of this.#pairs(node)) {
      const value = this.#resolve(written)
      if (!isScalar(value) || !value.range) continue
      const [start, end] = value.range
      variables.set(key, [value.value === null ? passedOn(key) : interpolate(scalarText(value) ?? ''), start, end])
    }
    return variables
  }

  /** `KEY=value`, of which the value is meant with its `=`: that is how `print` and `insert` tell the two forms apart. */
  #readItem(item: Node | undefined, variables: Map<string, readonly [Value, number, number]>): void {
    const written = scalarText(item)
    if (written === undefined || !item?.range || this.#budget-- <= 0) return
    const [start, stop] = item.range
    const end = /["']/.test(this.#text[start] ?? '') ? stop - 1 : stop
    const sign = written.indexOf('=')
    if (sign === -1) variables.set(written, [passedOn(written), end, end])
    const at = this.#text.indexOf('=', start)
    if (sign <= 0 || at === -1 || at >= stop) return
    variables.set(written.slice(0, sign), [interpolate(written.slice(sign + 1)), at, end])
  }
}

/** A variable without a value comes from the shell that compose is called in. */
function passedOn(name: string): Value {
  return { kind: 'environment', name, fallback: undefined }
}

function scalarText(node: Node | undefined): string | undefined {
  if (!isScalar(node)) return undefined
  const { value, source, type } = node
  if (typeof value === 'string') return value
  // A number or a boolean as it is written: `0755` stays that.
  return (typeof value === 'number' || typeof value === 'boolean') && type === Scalar.PLAIN ? source : undefined
}

/**
 * compose-spec, 12-interpolation.md: `$X`, `${X}`, `${X:-other}`, `$$` for a dollar sign; any other dollar sign stays.
 * What is set nowhere becomes nothing, unless it must be there.
 */
function interpolate(text: string): Value {
  const found = /^\$(?:\{([A-Za-z_]\w*)(?::?-([^${}]*)|(:?\?)[^${}]*)?\}|([A-Za-z_]\w*))$/.exec(text)
  if (found) {
    const [, braced, fallback, required, plain] = found
    return { kind: 'environment', name: braced ?? plain ?? '', fallback: required === undefined ? (fallback ?? '') : undefined }
  }
  if (/\$[A-Za-z_{]/.test(text.replaceAll('$$', ''))) return computed(text)
  return { kind: 'literal', text: text.replaceAll('$$', '$'), type: 'string' }
}

/** A whole text with its variables put in; undefined where one is not known. */
export function fillIn(text: string, environment: ReadonlyMap<string, string>): string | undefined {
  let known = true
  const filled = text.replace(
    /\$(?:(\$)|\{([A-Za-z_]\w*)(?::?-([^${}]*))?\}|([A-Za-z_]\w*))/g,
    (_, dollar: string | undefined, braced: string | undefined, fallback: string | undefined, plain: string | undefined) => {
      if (dollar !== undefined) return '$'
      const value = environment.get(braced ?? plain ?? '') ?? fallback
      known &&= value !== undefined
      return value ?? ''
    },
  )
  return known ? filled : undefined
}
