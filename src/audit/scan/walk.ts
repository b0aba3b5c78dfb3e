import { type Dirent, lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { SealpostError } from '../../errors.ts'
import { describe } from './read.ts'

/** A file that the walk comes by. */
export interface Step {
  /** Absolute, links not followed. */
  readonly path: string
  /** As the user would write it. */
  readonly file: string
  /** The folder that is audited, absolute: nothing above it is looked at. */
  readonly top: string
  /** The user named this very file. */
  readonly named: boolean
  /** Why it cannot be read, as the end of a sentence: a socket, a broken link, a folder that is closed. */
  readonly trouble?: string
  /** It is a folder that cannot be read: nobody knows what is in it. */
  readonly folder?: boolean
}

/** Other people's code, caches, and what was built: settings there are nobody's. */
const ignored = new Set(
  `.git .hg .svn node_modules bower_components vendor .venv venv .tox .nox site-packages __pycache__ dist build target out
  .cache .next .nuxt .svelte-kit .output .parcel-cache .turbo .yarn .pnpm-store .gradle .m2 .cargo .mypy_cache .pytest_cache
  .ruff_cache .terraform .idea .vscode .eggs coverage _build deps .bundle lost+found`.split(/\s+/),
)
const systems = new Set(['/proc', '/sys', '/dev'])

/** Reads a folder. Replaced in tests, where no permission keeps root out. */
export type List = (path: string) => Dirent[]

const list: List = (path) => readdirSync(path, { withFileTypes: true })

/**
 * Every file below the paths, in an order that is the same each time: names, files before folders. Links to folders are
 * not followed: what they lead to is either in the tree, and visited there, or no part of it.
 *
 * @throws SealpostError SP_FILE_MISSING where a path does not exist
 */
export function* walk(paths: readonly string[], read: List = list): Generator<Step> {
  for (const path of paths)
    if (!lstatSync(path, { throwIfNoEntry: false })) throw new SealpostError('SP_FILE_MISSING', { where: path })
  for (const given of paths) {
    const path = resolve(given)
    const found = tryStat(path)
    if (found.kind === 'folder') yield* walkFolder(path, given, read)
    else {
      const step = { path, file: given, top: dirname(path), named: true }
      yield found.kind === 'file' ? step : { ...step, trouble: found.words }
    }
  }
}

function* walkFolder(top: string, given: string, read: List): Generator<Step> {
  const stack = [top]
  const shownOf = (path: string): string => join(given, path.slice(top.length + (top.endsWith(sep) ? 0 : 1)))
  for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
    let entries: Dirent[]
    try {
      entries = read(folder)
    } catch (error) {
      yield { path: folder, file: shownOf(folder), top, named: folder === top, trouble: describe(error), folder: true }
      continue
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    const folders: string[] = []
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!ignored.has(entry.name) && !systems.has(path)) folders.push(path)
      } else if (entry.isFile()) yield { path, file: shownOf(path), top, named: false }
      else {
        const found = tryStat(path)
        if (found.kind === 'folder') continue
        const step = { path, file: shownOf(path), top, named: false }
        yield found.kind === 'file' ? step : { ...step, trouble: found.words }
      }
    }
    stack.push(...folders.toReversed())
  }
}

type Kind = { readonly kind: 'file' } | { readonly kind: 'folder' } | { readonly kind: 'other'; readonly words: string }

function tryStat(path: string): Kind {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return { kind: 'folder' }
    return stats.isFile() ? { kind: 'file' } : { kind: 'other', words: 'is no regular file' }
  } catch (error) {
    return { kind: 'other', words: describe(error) }
  }
}

/** From a folder upwards to the one that is audited, and no further. */
export function* climb(folder: string, top: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at
    if (at === top || at === dirname(at) || !at.startsWith(top)) return
  }
}

/** Env files by their names. Examples are nobody's settings. */
export function isEnvFile(path: string): boolean {
  const name = basename(path)
  return /^(?:\.env(?:\..+|rc)?|.+\.env)$/.test(name) && !/[._-](?:example|sample|dist|template|tpl|skel|defaults?)\b/.test(name)
}
