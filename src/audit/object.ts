import { type Call, type Document, type Edit, type Entry, type Value, lineAround, lineEnd } from './format/index.ts'
import { merge } from './setup.ts'

/** An object that source code makes and sets up: what is assigned to it and called on it, until another takes its name. */
export interface SourceObject {
  /** `$mail`, and `$mail 2` for the second one of the name. */
  readonly name: string
  readonly path: readonly string[]
  /** Where it is made; undefined where it comes from elsewhere (a parameter). */
  readonly made: Call | undefined
  /** The value of a property, or of a part of it; worked out where it is set to different values. */
  readonly property: (...names: readonly string[]) => Entry | undefined
  /** An argument of a method, by number or name. */
  readonly argument: (method: string, which: number | string) => Entry | undefined
  /** Calls of its methods, as the text has them. */
  readonly calls: readonly Call[]
}

interface Birth {
  readonly path: readonly string[]
  readonly start: number
  readonly call: Call | undefined
}

/** A file with more is none that a person wrote. */
export const maxObjects = 64

/**
 * @param makers calls that make such an object, by their last name: `SMTP`, `NewDialer`
 * @param properties tell an object of its kind that is made elsewhere
 */
export function findObjects(document: Document, makers: RegExp, properties: readonly string[] = []): SourceObject[] {
  const made = document.calls.filter(({ path }) => makers.test(path.at(-1) ?? '')).slice(0, maxObjects)
  const births = [...made.flatMap((call) => readBirth(document, call)), ...findBare(document, makers).slice(0, maxObjects)]
  const strangers = new Map<string, Birth>()
  for (const { path, start } of document.entries) {
    const own = path.slice(0, -1)
    if (own.length === 0 || !properties.includes(path.at(-1) ?? '') || isPart(own.at(-1))) continue
    if (births.some((birth) => birth.start <= start && birth.path.every((part, at) => own[at] === part))) continue
    if (strangers.size < maxObjects && !strangers.has(own.join('\0')))
      strangers.set(own.join('\0'), { path: own, start: -1, call: undefined })
  }
  const all = [...births, ...strangers.values()].toSorted((a, b) => a.start - b.start)
  const counts = new Map<string, number>()
  return all.map((birth, index) => {
    const next = all.find((other, at) => at > index && isSame(other.path, birth.path))
    const shown = birth.path.join('.')
    const count = (counts.get(shown) ?? 0) + 1
    counts.set(shown, count)
    return createObject(document, birth, next?.start ?? Infinity, count === 1 ? shown : `${shown} ${count}`)
  })
}

function createObject(document: Document, { path, start, call }: Birth, stop: number, name: string): SourceObject {
  const below = <Item extends { readonly path: readonly string[]; readonly start: number }>(items: readonly Item[]): Item[] =>
    items.filter((item) => item.start >= start && item.start < stop && path.every((part, at) => item.path[at] === part))
  const entries = below(document.entries)
  const find = (names: readonly string[]): Entry | undefined => {
    const found = entries.filter((entry) => isSame(entry.path, [...path, ...names]))
    const [first, ...others] = found
    return first && others.reduce(merge, first)
  }
  return {
    name,
    path,
    made: call,
    property: (...names) => find(names),
    argument: (method, which) => find(typeof which === 'number' ? [method, `(${which})`] : [method, '()', which]),
    calls: below(document.calls).filter((own) => own.path.length === path.length + 1 && own !== call),
  }
}

/** The variable is what the call is assigned to, or stands behind `as`. */
function readBirth(document: Document, call: Call): Birth[] {
  const as = /^\s+as\s+(\w+)/.exec(document.text.slice(call.end, call.end + 80))?.[1]
  const target = as === undefined ? findTarget(document, call) : [as]
  return [{ path: target ?? [call.path.join('.')], start: call.start, call }]
}

/** The left side of the assignment that a call is the value of. */
function findTarget(document: Document, call: Call): readonly string[] | undefined {
  const [innermost] = document.entries
    .filter(({ path, start, end }) => start <= call.start && end >= call.end && !isPart(path.at(-1)))
    .toSorted((a, b) => b.start - a.start || b.path.length - a.path.length)
  if (!innermost) return undefined
  const cut = innermost.path.findLastIndex(isPart)
  return innermost.path.slice(cut + 1)
}

/** `new PHPMailer;` and `&gomail.Dialer{…}` are no calls. */
function findBare(document: Document, makers: RegExp): Birth[] {
  return document.entries.flatMap(({ path, value, start }) => {
    const name =
      value.kind === 'computed' ? /^(?:new [\w\\.]*?(?=\w+$)|&[\w.]*?(?=\w+\{))(\w+)/.exec(value.source)?.[1] : undefined
    return name !== undefined && makers.test(name)
      ? [{ path: path.slice(path.findLastIndex(isPart) + 1), start, call: undefined }]
      : []
  })
}

function isPart(part: string | undefined): boolean {
  return part !== undefined && /^\(.*\)$|^\d+$/.test(part)
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at])
}

/** Something that is there or not, as a setting of a rule. */
export function note(
  at: { readonly start: number; readonly end: number; readonly line: number; readonly branch?: readonly number[] },
  text: string,
): Entry {
  const value: Value = { kind: 'literal', text, type: 'string' }
  return { path: [], value, start: at.start, end: at.end, line: at.line, ...(at.branch ? { branch: at.branch } : {}) }
}

/** Without what is not there. */
export function present(entries: Readonly<Record<string, Entry | undefined>>): Readonly<Record<string, Entry>> {
  return Object.fromEntries(Object.entries(entries).flatMap(([key, entry]) => (entry ? [[key, entry] as const] : [])))
}

/** A statement of its own line behind the one that ends at an offset. */
export function addStatement(document: Document, behind: number, statement: string, indent?: string): Edit {
  const { text } = document
  const line = lineAround(text, behind)
  return { start: line.end, end: line.end, text: `${lineEnd(text)}${indent ?? line.indent}${statement}` }
}

/** Another argument of a call, at its end. */
export function addArgument(document: Document, call: Call, argument: string): Edit {
  const at = document.text.slice(0, call.end - 1).trimEnd().length
  const before = document.text[at - 1] ?? ''
  return { start: at, end: at, text: `${before === '(' ? '' : before === ',' ? ' ' : ', '}${argument}` }
}

/** An import that is not there yet, in front of the first line that has the neighbour. */
export function addImport(document: Document, has: RegExp, neighbour: RegExp, line: string): Edit[] {
  if (has.test(document.text)) return []
  const found = neighbour.exec(document.text)
  const at = found ? lineAround(document.text, found.index).start : 0
  return [{ start: at, end: at, text: `${line}${lineEnd(document.text)}` }]
}

/** An argument of this one call, by number or name. */
export function argumentOf(document: Document, call: Call, which: number | string): Entry | undefined {
  const path = typeof which === 'number' ? [...call.path, `(${which})`] : [...call.path, '()', which]
  return document.entries.find((entry) => entry.start >= call.start && entry.end <= call.end && isSame(entry.path, path))
}
