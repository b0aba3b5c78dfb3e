import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Document, formats } from '../format/index.ts'
import { findSetups } from '../setup.ts'
import { chooseProgram } from './choose.ts'
import { ScanContext, type Source, faultsOf, isCompose, isUnit, maxSetups, readDocument } from './context.ts'
import { readVariables } from './dotenv.ts'
import type { ScanEvent, ScanOptions } from './event.ts'
import { type Seen, dropLessSpecific } from './overlap.ts'
import { type FilePlace, type Guess, type Placed } from './places.ts'
import type { Open } from './read.ts'
import { scanCompose, scanUnit } from './service.ts'
import { type List, type Step, isEnvFile, walk } from './walk.ts'

/** What stands in for the file system in tests. */
interface ScanSystem {
  readonly open?: Open
  readonly list?: List
}

const progressEvery = 2000

/**
 * Finds the mail settings of known programs in files and folders. Names are looked at first, then bytes, and only then
 * is a file read as what it is; a hundred thousand files are a matter of seconds.
 *
 * @throws SealpostError SP_FILE_MISSING where a path does not exist
 */
export async function* scan(paths: readonly string[], options: ScanOptions, system: ScanSystem = {}): AsyncGenerator<ScanEvent> {
  const scanner = new Scanner(new ScanContext(options, system.open))
  let files = 0
  for (const step of walk(paths, system.list)) {
    files++
    // `yield*` would go through a promise for each of them.
    for (const event of scanner.visit(step)) yield event
    if (files % progressEvery === 0) {
      yield { kind: 'progress', files }
      await setImmediate()
    }
  }
  for (const event of scanner.finish()) yield event
  yield { kind: 'progress', files }
}

class Scanner {
  readonly #context: ScanContext
  /** Each real file once, whatever names lead to it. */
  readonly #seen = new Set<string>()
  /** Units with their drop-ins are read together. */
  readonly #units = new Set<string>()
  /** Left to the end: those that services read are no settings of their own. */
  readonly #envFiles: Step[] = []
  /** Those that were said not to be read: an env file is come by twice. */
  readonly #told = new Set<string>()

  constructor(context: ScanContext) {
    this.#context = context
  }

  *visit(step: Step): Generator<ScanEvent> {
    const { path, top, named } = step
    const { places } = this.#context
    const guess = places.guess(path, top)
    const service = isCompose(path) || isUnit(path)
    const env = isEnvFile(path) || places.envFiles.match(path, top).length > 0
    yield* this.#context.unseen(places.signs.match(path, top), step)
    // A unit is a program's settings only by what is in it; one that is masked is a link to /dev/null.
    const telling = named || isCompose(path) || env || guess?.telling === true
    if (step.trouble !== undefined) {
      if (telling || step.folder) yield { kind: 'fault', file: step.file, line: undefined, words: step.trouble }
      return
    }
    if (env) this.#envFiles.push(step)
    if (!guess && !service && (env || !named)) return
    const read = this.#context.read(step, (bytes, identity) => {
      if (this.#seen.has(identity)) return false
      this.#seen.add(identity)
      return named || service || !guess?.marks || isWide(bytes) || guess.marks.test(bytes.toString('latin1'))
    })
    if (read.kind === 'source') yield* this.#read(read.source, guess)
    else if (read.kind === 'not-read' && telling) {
      this.#told.add(path)
      yield { kind: 'fault', file: step.file, line: undefined, words: read.words }
    }
  }

  /** Env files that no service reads. */
  *finish(): Generator<ScanEvent> {
    const seen = new Set<string>()
    for (const step of this.#envFiles) {
      const read = this.#context.read(step, (_, identity) => !this.#context.claimed.has(identity) && !seen.has(identity))
      if (read.kind === 'not-read' && !this.#told.has(step.path))
        yield { kind: 'fault', file: step.file, line: undefined, words: read.words }
      if (read.kind !== 'source') continue
      seen.add(read.source.identity)
      yield* this.#readEnv(read.source, readDocument(read.source.text, formats.env))
    }
  }

  *#read(source: Source, guess: Guess | undefined): Generator<ScanEvent> {
    const { path, named } = source
    if (isCompose(path)) yield* scanCompose(this.#context, source)
    if (isUnit(path)) {
      const unit = path.replace(/\.d\/[^/]+\.conf$/, '')
      if (!this.#units.has(unit)) yield* scanUnit(this.#context, source)
      this.#units.add(unit)
    }
    const documents = new Map<string, Document>()
    const events = [...this.#readPlaces(source, guess?.files ?? [], documents)]
    // What the user names is read in whatever way it can be.
    if (named && events.length === 0 && !isCompose(path) && !isUnit(path)) events.push(...this.#readNamed(source, documents))
    if (named || guess?.telling === true || events.length > 0) {
      const faults = [...documents.values()].find((document) => document.faults.length > 0)
      if (faults) yield* faultsOf(source, faults)
    }
    yield* events
    if (named && events.length === 0 && !isCompose(path) && !isUnit(path) && !isEnvFile(path))
      yield { kind: 'fault', file: source.file, line: undefined, words: 'holds no mail settings of a program that is known here' }
  }

  *#readPlaces(source: Source, placed: readonly Placed<FilePlace>[], documents: Map<string, Document>): Generator<ScanEvent> {
    const { text } = source
    const seen: Seen[] = []
    for (const { software, place } of placed) {
      if (place.marks && !place.marks.some((mark) => text.includes(mark))) continue
      const format = formats[place.format]
      const document = documents.get(place.format) ?? readDocument(text, format)
      documents.set(place.format, document)
      if (place.isOurs && !place.isOurs(document)) continue
      const setups = place.find ? place.find(document) : findSetups(document, place)
      // One more than is told, so that there being more is said.
      const some = setups.slice(0, maxSetups + 1)
      seen.push(...some.map((setup) => ({ software, place, format, document, setup })))
    }
    for (const each of dropLessSpecific(seen)) {
      this.#context.claimed.add(source.identity)
      const dotenv = this.#context.dotenvs.find(dirname(source.path), source.top)
      yield* this.#context.found(source, each, dotenv)
    }
  }

  *#readNamed(source: Source, documents: Map<string, Document>): Generator<ScanEvent> {
    if (/^services:/m.test(source.text) && /\.ya?ml$/.test(source.path)) {
      yield* scanCompose(this.#context, source)
      return
    }
    const placed = this.#context.places.guessFormat(source.path)
    if (placed.length > 0) yield* this.#readPlaces(source, placed, documents)
    else if (!isEnvFile(source.path) && this.#context.places.envFiles.match(source.path, source.top).length === 0)
      yield* this.#readEnv(source, readDocument(source.text, formats.env))
  }

  *#readEnv(source: Source, document: Document): Generator<ScanEvent> {
    const { path, top, named } = source
    const folder = dirname(path)
    const { places, projects, narrowed } = this.#context
    const chosen = chooseProgram(places, document, {
      image: undefined,
      path,
      top,
      named: named || narrowed,
      hasPackage: (software) => projects.find(software, folder, top) !== undefined,
    })
    // A text that is taken for an env file for want of anything better is no broken one.
    if (chosen.length > 0 || (named && isEnvFile(path))) yield* faultsOf(source, document)
    const dotenv = { known: readVariables(path) ?? new Map<string, string>(), disputed: new Set<string>() }
    for (const { software, place, setups } of chosen)
      for (const setup of setups)
        yield* this.#context.found(source, { software, place, format: formats.env, document, setup }, dotenv)
  }
}

/** UTF-16: marks are not in its bytes as they are written. */
function isWide(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}
