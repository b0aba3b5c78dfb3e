import { extname } from 'node:path'
import type { Place, Software } from '../software.ts'
import { PathIndex } from './pathIndex.ts'

export type FilePlace = Extract<Place, { kind: 'file' }>
export type EnvironmentPlace = Extract<Place, { kind: 'environment' }>
export type UnseenPlace = Extract<Place, { kind: 'unseen' }>

/** A place with the program it is of. */
export interface Placed<Kind extends Place> {
  readonly software: Software
  readonly place: Kind
}

/** What may be in a file, by its path alone. */
export interface Guess {
  readonly files: readonly Placed<FilePlace>[]
  /** Its name is that of a program's settings, and not only of any source file. */
  readonly telling: boolean
  /** One of these is in the bytes, or none of the places has it; undefined where bytes decide nothing. */
  readonly marks: RegExp | undefined
}

/** All places of all programs, made ready for many paths. */
export class Places {
  readonly environments: readonly Placed<EnvironmentPlace>[]
  readonly unseen: readonly Placed<UnseenPlace>[]
  /** Programs whose settings no file shows, by the files that show that they are there. */
  readonly signs: PathIndex<Placed<UnseenPlace>>
  /** Env files by names of their own: `/etc/default/program`. */
  readonly envFiles: PathIndex<true>
  /** How many programs read each environment variable. */
  readonly variables: ReadonlyMap<string, number>
  readonly #files: readonly Placed<FilePlace>[]
  readonly #filePaths: PathIndex<number>
  readonly #guesses = new Map<string, Guess>()

  constructor(softwares: readonly Software[]) {
    const placed = softwares.flatMap((software) => software.places.map((place) => ({ software, place })))
    this.#files = placed.flatMap(({ software, place }) => (place.kind === 'file' ? [{ software, place }] : []))
    this.environments = placed.flatMap(({ software, place }) => (place.kind === 'environment' ? [{ software, place }] : []))
    this.#filePaths = new PathIndex(this.#files.map(({ place }, index) => [place.path, index]))
    this.envFiles = new PathIndex(this.environments.flatMap(({ place }) => (place.path ? [[place.path, true]] : [])))
    this.variables = countVariables(this.environments)
    this.unseen = placed.flatMap(({ software, place }) => (place.kind === 'unseen' ? [{ software, place }] : []))
    this.signs = new PathIndex(this.unseen.flatMap((each) => (each.place.signs ? [[each.place.signs, each]] : [])))
  }

  /** Undefined where no program keeps its settings in such a file. */
  guess(path: string, top: string): Guess | undefined {
    const matched = this.#filePaths.match(path, top)
    if (matched.length === 0) return undefined
    const key = matched.join(' ')
    // Whether a name tells something hangs on its extension too: `settings.py` is told from `x.py`.
    const extension = extname(path)
    const stored = this.#guesses.get(key + extension)
    if (stored) return stored
    const files = matched.flatMap((index) => this.#files[index] ?? [])
    const telling = files.some(({ place }) => !place.path.test(`/x/zzz${extension}`))
    const guess = { files, telling, marks: joinMarks(files.map(({ place }) => place.marks)) }
    if (this.#guesses.size < 10_000) this.#guesses.set(key + extension, guess)
    return guess
  }

  /** For a file that the user named: any place that is written in such a way. */
  guessFormat(path: string): readonly Placed<FilePlace>[] {
    const format = formatsByExtension[extname(path).toLowerCase()]
    return this.#files.filter(({ place }) => place.format === format)
  }
}

function countVariables(environments: readonly Placed<EnvironmentPlace>[]): ReadonlyMap<string, number> {
  const owners = new Map<string, Set<string>>()
  for (const { software, place } of environments) {
    for (const name of Object.values(place.keys).flat()) {
      const own = owners.get(name) ?? new Set()
      owners.set(name, own.add(software.id))
    }
  }
  return new Map([...owners].map(([name, { size }]) => [name, size]))
}

function joinMarks(marks: readonly (readonly string[] | undefined)[]): RegExp | undefined {
  if (marks.some((some) => some === undefined)) return undefined
  const all = new Set(marks.flatMap((some) => some ?? []))
  // Bytes are looked at as Latin-1, which costs no decoding.
  const asBytes = [...all].map((mark) =>
    Buffer.from(mark)
      .toString('latin1')
      .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
  )
  return new RegExp(asBytes.join('|'))
}

const formatsByExtension: Readonly<Record<string, string>> = {
  '.json': 'json',
  '.json5': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.toml': 'toml',
  '.ini': 'ini',
  '.cfg': 'ini',
  '.cnf': 'ini',
  '.conf': 'ini',
  '.xml': 'xml',
  '.properties': 'properties',
  '.php': 'php',
  '.py': 'python',
  '.rb': 'ruby',
  '.js': 'javascript',
  '.cjs': 'javascript',
  '.mjs': 'javascript',
  '.jsx': 'javascript',
  '.ts': 'javascript',
  '.cts': 'javascript',
  '.mts': 'javascript',
  '.tsx': 'javascript',
  '.java': 'java',
  '.kt': 'java',
  '.groovy': 'java',
  '.cs': 'csharp',
  '.go': 'go',
  '.rs': 'rust',
  '.ex': 'elixir',
  '.exs': 'elixir',
}
