import type { Document, Edit, Entry, Format } from '../format/index.ts'
import { type Judgement, judge } from '../judge.ts'
import { type Mode, rankOf } from '../mode.ts'
import { Settings, compareVersions } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Place, Remedy, Software } from '../software.ts'
import { applyEdits, findNeighbour } from './edit.ts'

/** One setup of one document, as it was found. */
export interface MendSubject {
  readonly software: Software
  readonly place: Exclude<Place, { kind: 'unseen' }>
  readonly format: Format
  readonly document: Document
  readonly setup: FoundSetup
  readonly version: string | undefined
  readonly environment: ReadonlyMap<string, string> | undefined
}

/** A mend that lifts the verdict, as far as settings can tell. */
export interface MendPlan {
  readonly security: Remedy['security']
  readonly edits: readonly Edit[]
  readonly text: string
  readonly before: Mode
  readonly after: Mode
  readonly port: number | undefined
  readonly also: string | undefined
}

const implicitPort = 465
const submissionPort = 587

/**
 * Mends of a setup, best first: what lifts the verdict most, and of those STARTTLS where its port is one for that, TLS
 * from the first octet where it is 465 (RFC 8314 3.3). Each was read and judged again after the change: one that does not lift the verdict is none.
 */
export function planMends(subject: MendSubject, judged: Judgement): MendPlan[] {
  if (judged.kind !== 'told') return []
  const port = portOf(subject)
  const wanted: Remedy['security'] = port === implicitPort ? 'implicit' : 'starttls'
  const { version } = subject
  const known = subject.software.remedies.filter(
    ({ since }) => since === undefined || version === undefined || compareVersions(version, since) >= 0,
  )
  const remedies = known.toSorted((a, b) => Number(b.security === wanted) - Number(a.security === wanted))
  const plans = remedies.flatMap((remedy): MendPlan[] => {
    const edits = planEdits(subject, remedy, port)
    if (!edits || edits.length === 0) return []
    const text = applyEdits(subject.document.text, edits)
    const after = judgeAgain(subject, text)
    if (!after || rankOf(after) <= rankOf(judged.mode)) return []
    return [
      { security: remedy.security, edits, text, before: judged.mode, after, port: portAfter(remedy, port), also: remedy.also },
    ]
  })
  return plans.toSorted((a, b) => rankOf(b.after) - rankOf(a.after))
}

function portOf({ setup, environment, version }: MendSubject): number | undefined {
  const settings = new Settings(new Map(Object.entries(setup.entries)), version, environment)
  const text = settings.peek('port')
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined
}

/** The port stays where it fits what is asked of it. */
function portAfter({ security }: Remedy, port: number | undefined): number | undefined {
  if (security === 'implicit') return port === undefined || [25, submissionPort, 2525].includes(port) ? implicitPort : port
  return port === implicitPort ? submissionPort : port
}

function planEdits(subject: MendSubject, remedy: Remedy, port: number | undefined): Edit[] | undefined {
  const { setup, document, place } = subject
  const edits: Edit[] = [...(remedy.edit?.(document, setup) ?? (remedy.edit ? [failed] : []))]
  const wantedPort = portAfter(remedy, port)
  const moved = wantedPort !== undefined && wantedPort !== port && 'port' in place.keys ? { port: wantedPort } : {}
  const wanted = Object.entries({ ...remedy.set, ...moved })
  for (const [key, value] of wanted) {
    const entry = setup.entries[key]
    edits.push(...(entry ? replace(subject, entry, value) : [insert(subject, key, value) ?? failed]))
  }
  for (const [key, value] of Object.entries(remedy.ifSet ?? {})) {
    const entry = setup.entries[key]
    if (entry) edits.push(...replace(subject, entry, value))
  }
  for (const [key, change] of Object.entries(remedy.rewrite ?? {})) {
    const entry = setup.entries[key]
    const value = entry?.value.kind === 'literal' ? change(entry.value.text) : undefined
    edits.push(...(entry && value !== undefined ? replace(subject, entry, value) : [failed]))
  }
  return edits.includes(failed) ? undefined : edits
}

/** Stands for a change that has no place. */
const failed: Edit = { start: 0, end: 0, text: '' }

function replace({ format, document }: MendSubject, entry: Entry, value: string | number | boolean): Edit[] {
  if (entry.value.kind === 'literal' && entry.value.type !== 'null' && entry.value.text === String(value)) return []
  // What stands in another file is not mended from here.
  if (entry.value.kind !== 'literal' || entry.file !== undefined) return [failed]
  const like = document.text.slice(entry.start, entry.end)
  return [{ start: entry.start, end: entry.end, text: format.print(likeOld(value, entry), like) }]
}

/** Some write yes for true, and numbers in quotes: what was text stays text. */
function likeOld(value: string | number | boolean, { value: old }: Entry): string | number | boolean {
  return old.kind === 'literal' && old.type === 'string' && typeof value !== 'string' ? String(value) : value
}

function insert(
  { place, setup, document, format }: MendSubject,
  key: string,
  value: string | number | boolean,
): Edit | undefined {
  const pattern = place.keys[key]
  const [parts] = (typeof pattern === 'string' ? [pattern] : (pattern ?? [])).map((text) => text.split(/(?<!\\)\./))
  const last = parts?.at(-1)?.replaceAll('\\.', '.')
  // An argument of a call has no place of its own: a rule's `edit` knows where it goes.
  if (!parts || last === undefined || last.includes('*') || /^\(\d+\)$/.test(last)) return undefined
  const entries = Object.values(setup.entries)
  // The parent is told by what stands beside it: `*` in the pattern has no other meaning here.
  const parents = entries
    .filter(({ path }) => path.length === parts.length || parts.includes('**'))
    .map(({ path }) => path.slice(0, -1))
  const depth = parts.filter((part) => part !== '**').length
  const parent = parents.find((path) => (parts.includes('**') ? true : path.length === depth - 1))
  const beside = parent && findNeighbour(entries, document, parent)
  return beside && format.insert(document, beside, last, value)
}

function judgeAgain(subject: MendSubject, text: string): Mode | undefined {
  const { software, place, format, setup, version, environment } = subject
  const document = format.read(text)
  const setups = place.kind === 'file' && place.find ? place.find(document) : findSetups(document, place)
  const found = setups.find(({ name }) => name === setup.name)
  if (!found) return undefined
  const elsewhere = Object.entries(setup.entries).filter(([, { file }]) => file !== undefined)
  const judged = judge(software, new Map([...Object.entries(found.entries), ...elsewhere]), version, environment)
  return judged.kind === 'told' ? judged.mode : undefined
}
