import type { Entry } from './format/index.ts'
import { type Judgement, type VersionVerdict, judge } from './judge.ts'
import { type Change, describeEdits } from './mend/diff.ts'
import { type MendPlan, planMends } from './mend/plan.ts'
import { type Mode, describeMode, rankOf } from './mode.ts'
import { type Found, decode, readBytes } from './scan/index.ts'
import { hideInValue } from './secret.ts'
import { Settings } from './settings.ts'
import { findSetups } from './setup.ts'

/** What audit says of one setup of one program. */
export interface AuditResult {
  readonly file: string
  /** Of the setting that decides, or of the first that is there. */
  readonly line: number
  readonly software: { readonly id: string; readonly name: string }
  /** Tells setups of one file apart; empty where there is one. */
  readonly setup: string
  readonly version: string | undefined
  /** The version is not known, and another verdict or change may follow from it. */
  readonly versionWanted: boolean
  /** The file that the version was read from. */
  readonly versionFrom: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  /** Undefined where it cannot be told from here. */
  readonly mode: Mode | undefined
  /** The mode in plain words. */
  readonly meaning: string | undefined
  /** From 0, never encrypted, to 3, encrypted to the right server. */
  readonly rank: number | undefined
  /** Where the version is not known and matters, weakest first. */
  readonly versions: readonly VersionVerdict[]
  readonly settings: readonly SettingLine[]
  /** Why it cannot be told. */
  readonly unknown: string | undefined
  /** Changes that lift the verdict, best first. */
  readonly mends: readonly Mend[]
  /** What helps where there is no mend; undefined where nothing is to be mended. */
  readonly instead: string | undefined
  readonly notes: readonly string[]
}

/** One setting that counts, and what it means. */
export interface SettingLine {
  /** As it is called in the file. */
  readonly name: string
  /** As it is written there; undefined where it is not set, and the program's default holds. */
  readonly value: string | undefined
  readonly line: number | undefined
  /** Where that is another file than the setup's: a service has its variables from several. */
  readonly file: string | undefined
  readonly words: string
}

export interface Mend {
  readonly security: 'starttls' | 'implicit'
  readonly after: Mode
  readonly meaning: string
  readonly port: number | undefined
  readonly changes: readonly Change[]
  readonly also: string | undefined
}

/** Judges a setup, and works out what would mend it. */
export function describeFound(found: Found): AuditResult {
  const judged = judgeFound(found)
  const settings = new Settings(new Map(Object.entries(found.setup.entries)), found.version?.value, found.environment)
  const lines = judged.kind === 'told' ? judged.reasons.map(({ key, words }) => describeSetting(found, key, words)) : []
  const mends = planFound(found, judged).map((plan) => describePlan(found, plan))
  const server = findServer(settings)
  const mode = judged.kind === 'told' ? judged.mode : undefined
  const done = judged.kind === 'told' && rankOf(judged.mode) === 3 && judged.versions.length === 0
  return {
    file: found.file,
    line: findLine(found, lines, judged),
    software: { id: found.software.id, name: found.software.name },
    setup: found.setup.name,
    version: found.version?.value,
    versionWanted: found.version === undefined && wantsVersion(found.software.boundaries, judged, mends),
    versionFrom: found.version?.from,
    host: showHost(server.host),
    port: server.port !== undefined && /^\d{1,5}$/.test(server.port) ? Number(server.port) : undefined,
    mode,
    meaning: mode && describeMode(mode),
    rank: mode && rankOf(mode),
    versions: judged.kind === 'told' ? judged.versions : [],
    settings: lines,
    unknown: judged.kind === 'told' ? undefined : describeUnknown(found, judged),
    mends,
    instead: done || mends.length > 0 ? undefined : (tooLong(found) ?? found.software.instead ?? pointElsewhere(lines)),
    notes: found.software.notes,
  }
}

export function judgeFound({ software, setup, version, environment }: Found): Judgement {
  return judge(software, new Map(Object.entries(setup.entries)), version?.value, environment)
}

/** Host and port, or those of an address such as `smtp://user:password@host:587`. */
function findServer(settings: Settings): { readonly host: string | undefined; readonly port: string | undefined } {
  const [host, port] = [settings.peek('host'), settings.peek('port')]
  const address = (settings.peek('dsn') ?? settings.peek('url'))?.split('?')[0] ?? ''
  // A password may hold anything that was not encoded: the host stands behind the last @.
  const authority = /^(?:smtps?|submissions?)[a-z+]*:\/\/(.+)$/i.exec(address)?.[1]?.split('@').at(-1)
  const [, named, numbered] = /^(\[[0-9a-f:.]+\]|[^:/()\s]+)(?::(\d+))?\/?$/i.exec(authority ?? '') ?? []
  return { host: host ?? named, port: port ?? numbered }
}

/** Where every version comes to the same verified end, nobody need look it up. */
function wantsVersion(boundaries: readonly string[] = [], judged: Judgement, mends: readonly Mend[]): boolean {
  const differ = judged.kind === 'told' && judged.versions.length > 0
  return differ || (boundaries.length > 0 && mends[0] !== undefined && rankOf(mends[0].after) < 3)
}

function tooLong({ document, software }: Found): string | undefined {
  return document.text.length > mostMended && software.remedies.length > 0
    ? 'the file is too long for the change to be worked out: put this setting into a file of its own'
    : undefined
}

/** Characters of a file whose changes are worked out: each is read anew, and settings written by people are shorter. */
const mostMended = 200_000

export function planFound(found: Found, judged: Judgement): MendPlan[] {
  if (found.document.text.length > mostMended) return []
  return planMends({ ...found, version: found.version?.value }, judged)
}

function describePlan({ document }: Found, { security, after, port, edits, also }: MendPlan): Mend {
  return { security, after, meaning: describeMode(after), port, changes: describeEdits(document, edits), also }
}

function describeSetting(found: Found, key: string, words: string): SettingLine {
  const entry = found.setup.entries[key]
  return { name: nameOf(found, key, entry), value: entry && showValue(entry), line: entry?.line, file: entry?.file, words }
}

/** What decides in another file is not mended from here. */
function pointElsewhere(lines: readonly SettingLine[]): string | undefined {
  const [first] = lines.filter(({ file }) => file !== undefined)
  return first && `change ${first.name} in ${first.file ?? ''}, line ${first.line ?? 1}, where it is set`
}

/** The same setup in the file as it is by now; undefined where it is no longer there. */
export function refresh(found: Found): Found | undefined {
  const read = readBytes(found.path)
  const text = read.kind === 'bytes' ? decode(read.bytes)?.text : undefined
  if (text === undefined || text === found.document.text) return text === undefined ? undefined : found
  const document = found.format.read(text)
  const { place } = found
  const setups = place.kind === 'file' && place.find ? place.find(document) : findSetups(document, place)
  const setup = setups.find(({ name }) => name === found.setup.name)
  // What other files say is as it was.
  const elsewhere = Object.entries(found.setup.entries).filter(([, { file }]) => file !== undefined)
  const entries = { ...setup?.entries, ...Object.fromEntries(elsewhere) }
  return setup && { ...found, document, setup: { ...setup, entries } }
}

/** A setting by the name it has in the file. */
function nameOf({ place }: Found, key: string, entry: Entry | undefined): string {
  // What is only an argument has no name there, and goes by ours.
  const written = entry?.path.filter((part) => !/^\(\d*\)$/.test(part)).join('.')
  if (written) return written
  const pattern = place.keys[key]
  const [first = key] = typeof pattern === 'string' ? [pattern] : (pattern ?? [])
  return first.replace(/^(?:\*+\.|\(\d*\)\.|createTransport\.)+/, '').replaceAll('\\.', '.')
}

function showValue({ value }: Entry): string {
  switch (value.kind) {
    case 'literal':
      return hideInValue(value.text)
    case 'environment':
      return `taken from the environment variable ${value.name}`
    case 'computed':
      return value.source
  }
}

function showHost(host: string | undefined): string | undefined {
  return host === undefined || host === '' ? undefined : hideInValue(host)
}

function describeUnknown(found: Found, { key, value }: Extract<Judgement, { kind: 'cannot-tell' }>): string {
  if (key === 'rest')
    return `other options come from ${value.kind === 'computed' ? value.source : 'elsewhere'}, and may say otherwise`
  const name = nameOf(found, key, found.setup.entries[key])
  if (value.kind === 'environment') {
    const fallback = value.fallback === undefined ? '' : ` (${hideInValue(value.fallback) || 'empty'} where that is not set)`
    return `the value of ${name} comes from the environment variable ${value.name}${fallback}`
  }
  return `the value of ${name} comes from ${value.kind === 'computed' ? value.source : 'elsewhere'}`
}

function findLine(found: Found, lines: readonly SettingLine[], judged: Judgement): number {
  // A line of another file would be one of nobody's in this.
  const own = Object.values(found.setup.entries).filter(({ file }) => file === undefined)
  const unseen = judged.kind === 'cannot-tell' ? found.setup.entries[judged.key] : undefined
  if (unseen && unseen.file === undefined) return unseen.line
  const decisive = lines.find(({ line, file }) => line !== undefined && file === undefined)?.line
  return decisive ?? (own.length === 0 ? 1 : Math.min(...own.map(({ line }) => line)))
}
