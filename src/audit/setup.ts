import type { Document, Entry } from './format/document.ts'
import type { FoundSetup, Place } from './software.ts'

type FilePlace = Extract<Place, { kind: 'file' }>

/**
 * The setups that a document has for a place: entries whose paths match the keys' patterns, grouped by what the
 * patterns' `*` and `**` stood for.
 */
export function findSetups(document: Document, place: Pick<FilePlace, 'keys' | 'anchors'>): FoundSetup[] {
  const groups = new Map<string, Map<string, Entry>>()
  for (const [key, patterns] of Object.entries(place.keys)) {
    for (const pattern of typeof patterns === 'string' ? [patterns] : patterns) {
      const parts = unescape(pattern.split('.'))
      const last = parts.at(-1)
      for (const entry of document.entries) {
        // Most entries are told to be others by their last part.
        if (last !== '*' && last !== '**' && last !== entry.path.at(-1)) continue
        const group = matchPath(parts, entry.path)
        if (group === undefined) continue
        const entries = groups.get(group) ?? new Map<string, Entry>()
        groups.set(group, entries)
        entries.set(key, merge(entries.get(key), entry))
      }
    }
  }
  const rests = listRests(document)
  for (const entries of groups.values()) addRest(rests, entries)
  return [...groups].flatMap(([name, entries]) =>
    place.anchors.some((key) => entries.has(key))
      ? [{ name, entries: doubtConditions(Object.fromEntries(entries), place.anchors) }]
      : [],
  )
}

/** Tables that take keys from elsewhere (`...options`), by their path. */
function listRests(document: Document): ReadonlyMap<string, Entry> {
  const rests = new Map<string, Entry>()
  for (const entry of document.entries) {
    const parent = entry.path.slice(0, -1).join('\0')
    if (entry.path.at(-1) === '(rest)' && !rests.has(parent)) rests.set(parent, entry)
  }
  return rests
}

/** What such a table does not have itself cannot be told. */
function addRest(rests: ReadonlyMap<string, Entry>, entries: Map<string, Entry>): void {
  if (rests.size === 0) return
  const own = entries.values().find(({ path }) => rests.has(path.slice(0, -1).join('\0')))
  const rest = own && rests.get(own.path.slice(0, -1).join('\0'))
  if (rest) entries.set('rest', rest)
}

/**
 * A setting under a condition that the setup as a whole does not stand under (`if (secure) mail.SMTPSecure = 'tls'`) holds
 * or does not: nobody can tell from here.
 */
export function doubtConditions(entries: FoundSetup['entries'], anchors: readonly string[]): FoundSetup['entries'] {
  const [whole] = anchors
    .flatMap((key) => (entries[key] ? [entries[key].branch ?? []] : []))
    .toSorted((a, b) => a.length - b.length)
  if (!whole) return entries
  return Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => {
      const holds = (entry.branch ?? []).every((block, depth) => whole[depth] === block)
      return [
        key,
        holds ? entry : { ...entry, value: { kind: 'computed', source: `set in line ${entry.line}, under a condition` } },
      ]
    }),
  )
}

/**
 * What the `*` stood for, joined; undefined where the path does not match. A `\.` in a pattern is a dot of the key
 * itself.
 */
function matchPath(wanted: readonly string[], path: readonly string[]): string | undefined {
  return match(0, 0, [])

  function match(at: number, step: number, stood: readonly string[]): string | undefined {
    const part = wanted[at]
    if (part === undefined) return step === path.length ? stood.join(' ') : undefined
    if (part === '**') {
      for (let taken = 0; step + taken <= path.length; taken++) {
        const found = match(at + 1, step + taken, [...stood, ...path.slice(step, step + taken)])
        if (found !== undefined) return found
      }
      return undefined
    }
    const own = path[step]
    if (own === undefined) return undefined
    if (part === '*') return match(at + 1, step + 1, [...stood, own])
    return part === own ? match(at + 1, step + 1, stood) : undefined
  }
}

function unescape(parts: readonly string[]): readonly string[] {
  const joined: string[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (last?.endsWith('\\')) joined[joined.length - 1] = `${last.slice(0, -1)}.${part}`
    else joined.push(part)
  }
  return joined
}

/** Set twice with different values, it depends on the way through the program: nobody can tell from here. */
export function merge(before: Entry | undefined, entry: Entry): Entry {
  if (!before || JSON.stringify(before.value) === JSON.stringify(entry.value)) return entry
  return { ...entry, value: { kind: 'computed', source: `set in lines ${before.line} and ${entry.line}, to different values` } }
}

/**
 * Setups of source code where one table is filled in several manners (`props.put(…)`, `props.setProperty(…)`,
 * `config.update(…)`): what stands before the key is one setup, without the manners.
 *
 * @param keys names that a path ends with
 */
export function gatherSetups(
  document: Document,
  keys: Readonly<Record<string, readonly string[]>>,
  manners: readonly string[],
  anchors: readonly string[],
): FoundSetup[] {
  const keyOf = new Map(Object.entries(keys).flatMap(([key, names]) => names.map((name) => [name, key] as const)))
  const groups = new Map<string, Map<string, Entry>>()
  for (const entry of document.entries) {
    const key = keyOf.get(entry.path.at(-1) ?? '')
    if (key === undefined) continue
    const name = entry.path
      .slice(0, -1)
      .filter((part) => !manners.includes(part))
      .join('.')
    const entries = groups.get(name) ?? new Map<string, Entry>()
    groups.set(name, entries)
    entries.set(key, merge(entries.get(key), entry))
  }
  return [...groups].flatMap(([name, entries]) =>
    anchors.some((key) => entries.has(key)) ? [{ name, entries: doubtConditions(Object.fromEntries(entries), anchors) }] : [],
  )
}
