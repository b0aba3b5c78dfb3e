import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import type { Document, Format } from '../format/index.ts'
import type { Software } from '../software.ts'
import { type Dotenv, Dotenvs, withVariables } from './dotenv.ts'
import type { Found, ScanEvent, ScanOptions } from './event.ts'
import { type Image, isImage } from './image.ts'
import { type Placed, Places, type UnseenPlace } from './places.ts'
import { type Encoding, type Open, decode, readBytes } from './read.ts'
import { Projects, exactly, settleVersion } from './version/index.ts'
import type { Step } from './walk.ts'

/** A file that was read. */
export interface Source extends Step {
  readonly text: string
  readonly encoding: Encoding
  /** Device and number: two names of one file have the same. */
  readonly identity: string
}

type Reading =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'not-wanted' }
  /** Why, as the end of a sentence that begins with the file's name. */
  | { readonly kind: 'not-read'; readonly words: string }

/** A file with more is none that a person wrote, and each of them costs a reading of it. */
export const maxSetups = 64

/** What one scan knows and remembers. */
export class ScanContext {
  readonly softwares: readonly Software[]
  readonly places: Places
  readonly projects: Projects
  readonly dotenvs = new Dotenvs()
  /** The user said which programs are meant. */
  readonly narrowed: boolean
  /** Env files that a service reads, and that are part of its settings: they are none of their own. */
  readonly claimed = new Set<string>()
  readonly #versions: ReadonlyMap<string, string>
  readonly #open: Open | undefined
  readonly #said = new Set<string>()
  readonly #given = new Set<string>()
  /** By file: how many setups were told of it. */
  readonly #counts = new Map<string, number>()

  constructor({ softwares, versions, only }: ScanOptions, open?: Open) {
    this.softwares = only ? softwares.filter(({ id }) => only.includes(id)) : softwares
    this.narrowed = only !== undefined
    this.places = new Places(this.softwares)
    this.projects = new Projects(this.softwares)
    this.#versions = versions
    this.#open = open
  }

  /** @param wants looks at the bytes before they are taken for text */
  read(step: Step, wants: (bytes: Buffer, identity: string) => boolean = () => true): Reading {
    const bytes = readBytes(step.path, undefined, this.#open)
    if (bytes.kind === 'not-read') return bytes
    if (!wants(bytes.bytes, bytes.identity)) return { kind: 'not-wanted' }
    const decoded = decode(bytes.bytes)
    if (!decoded) return { kind: 'not-read', words: 'is not text' }
    return { kind: 'source', source: { ...step, ...decoded, identity: bytes.identity } }
  }

  /** Nothing where the same lines were said of the same program before: services share files, and parts of files. */
  *found(
    source: Source,
    { software, place, format, document, setup }: Pick<Found, 'software' | 'place' | 'format' | 'document' | 'setup'>,
    dotenv: Dotenv | undefined,
    image?: Image,
  ): Generator<ScanEvent> {
    const version = this.#findVersion(software, source, image)
    const path = realPath(source.path)
    const { file, encoding } = source
    const places = Object.values(setup.entries).map((entry) => `${entry.start} ${entry.file ?? ''}`)
    const name = JSON.stringify([software.id, path, version?.value, ...places.toSorted()])
    if (this.#given.has(name)) return
    this.#given.add(name)
    const count = (this.#counts.get(path) ?? 0) + 1
    this.#counts.set(path, count)
    if (count > maxSetups + 1) return
    if (count > maxSetups) {
      yield { kind: 'fault', file, line: undefined, words: `holds more than ${maxSetups} mail setups: the rest is not told` }
      return
    }
    const found = { file, path, encoding, software, place, format, document, version, ...withVariables(setup, dotenv) }
    yield { kind: 'setup', found }
  }

  /** The user's word, the image's tag, then the project's files. */
  #findVersion(software: Software, source: Source, image: Image | undefined): Found['version'] {
    const given = this.#versions.get(software.id)
    if (given !== undefined) return { value: given, from: 'given' }
    const images = software.places.flatMap((place) => (place.kind === 'file' ? [] : (place.images ?? [])))
    if (image && isImage(image, images)) {
      const value = settleVersion(exactly(image.version), software.boundaries)
      return value === undefined ? undefined : { value, from: `the image ${image.name}:${image.tag}` }
    }
    const found = this.projects.version(software, dirname(source.path), source.top)
    return found && { value: found.value, from: showBeside(source, found.from) }
  }

  /** Said once a program and folder. */
  *unseen(placed: readonly Placed<UnseenPlace>[], { path, file }: Step): Generator<ScanEvent> {
    for (const { software, place } of placed) {
      const key = `${software.id}\n${place.where}\n${dirname(path)}`
      if (this.#said.has(key)) continue
      this.#said.add(key)
      yield { kind: 'unseen', software, file, where: place.where, query: place.query }
    }
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // Gone since it was read.
    return path
  }
}

/** Another file's path in the way in which this one's is shown. */
export function showBeside(step: Step, path: string): string {
  const way = relative(dirname(step.path), path)
  return path.startsWith(step.top) && !isAbsolute(way) ? join(dirname(step.file), way) : path
}

const maxFaults = 5

export function* faultsOf({ file }: Pick<Step, 'file'>, { faults }: Pick<Document, 'faults'>): Generator<ScanEvent> {
  for (const { line, words } of faults.slice(0, maxFaults)) yield { kind: 'fault', file, line, words }
  if (faults.length > maxFaults)
    yield { kind: 'fault', file, line: undefined, words: `${faults.length - maxFaults} more lines could not be read` }
}

const maxNesting = 500

/** Nesting without end exhausts a reader's stack or memory before its own limits are reached. */
export function readGuarded<T extends { readonly document: Document }>(
  text: string,
  format: string,
  read: (text: string) => T,
): T | { readonly document: Document } {
  const failed = { format, text, entries: [], calls: [], faults: [{ line: 1, words: 'is nested too deeply' }] }
  if (isNestedTooDeeply(text)) return { document: failed }
  try {
    return read(text)
  } catch (error) {
    // `- - - -` nests without a bracket.
    if (error instanceof RangeError) return { document: failed }
    throw error
  }
}

/** Brackets that open, less those that close, wherever they stand. */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length && depth <= maxNesting; at++) {
    const code = text.charCodeAt(at)
    // ( [ { and ) ] }
    if (code === 0x28 || code === 0x5b || code === 0x7b) depth++
    else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--
  }
  return depth > maxNesting
}

export function readDocument(text: string, format: Format): Document {
  if (format.name === 'env') return format.read(text)
  return readGuarded(text, format.name, () => ({ document: format.read(text) })).document
}

export function isCompose(path: string): boolean {
  return /^(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$/.test(basename(path))
}

export function isUnit(path: string): boolean {
  return /\.service$|\.service\.d\/[^/]+\.conf$/.test(path)
}
