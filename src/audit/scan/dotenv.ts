import { join } from 'node:path'
import { computed, formats } from '../format/index.ts'
import type { FoundSetup } from '../software.ts'
import { decode, readBytes } from './read.ts'
import { climb } from './walk.ts'

/** Variables that a program gets from its .env files. */
export interface Dotenv {
  readonly known: ReadonlyMap<string, string>
  /** Set by several files, to different values, and which of them is heard hangs on how the program is started. */
  readonly disputed: ReadonlySet<string>
}

/** `.local` goes before the file itself everywhere; whether it goes before that of production, frameworks do not agree. */
const files = ['.env', '.env.prod', '.env.production', '.env.local', '.env.prod.local', '.env.production.local'] as const
const maxFolders = 2000

/** Finds variables, nearest folder first. */
export class Dotenvs {
  readonly #folders = new Map<string, Dotenv | undefined>()

  /** Undefined where there is no such file from the folder upwards to the audited one. */
  find(folder: string, top: string): Dotenv | undefined {
    for (const at of climb(folder, top)) {
      if (!this.#folders.has(at)) {
        if (this.#folders.size >= maxFolders) this.#folders.clear()
        this.#folders.set(at, readFolder(at))
      }
      const found = this.#folders.get(at)
      if (found) return found
    }
    return undefined
  }
}

function readFolder(folder: string): Dotenv | undefined {
  const known = new Map<string, string>()
  const production = new Map<string, string>()
  const disputed = new Set<string>()
  let any = false
  for (const name of files) {
    const variables = readVariables(join(folder, name))
    if (!variables) continue
    any = true
    for (const [key, value] of variables) {
      const other = production.get(key)
      if (name === '.env.local' && other !== undefined && other !== value) disputed.add(key)
      if (name === '.env.prod' || name === '.env.production') production.set(key, value)
      if (name.endsWith('prod.local') || name.endsWith('production.local')) disputed.delete(key)
      known.set(key, value)
    }
  }
  for (const key of disputed) known.delete(key)
  return any ? { known, disputed } : undefined
}

/** Undefined where the file cannot be read. */
export function readVariables(path: string): ReadonlyMap<string, string> | undefined {
  const read = readBytes(path)
  const text = read.kind === 'bytes' ? decode(read.bytes)?.text : undefined
  if (text === undefined) return undefined
  const variables = new Map<string, string>()
  for (const {
    path: [name = ''],
    value,
  } of formats.env.read(text).entries) {
    if (value.kind === 'literal') variables.set(name, value.text)
    else if (value.kind === 'environment') {
      const given = variables.get(value.name) ?? value.fallback
      if (given !== undefined) variables.set(name, given)
    }
  }
  return variables
}

/** A setup with the variables it asks for, and no others: what is not asked for may be a secret. */
export function withVariables(
  setup: FoundSetup,
  dotenv: Dotenv | undefined,
): { readonly setup: FoundSetup; readonly environment: ReadonlyMap<string, string> | undefined } {
  if (!dotenv) return { setup, environment: undefined }
  const environment = new Map<string, string>()
  const entries = Object.entries(setup.entries).map(([key, entry]) => {
    if (entry.value.kind !== 'environment') return [key, entry] as const
    const { name } = entry.value
    const value = dotenv.known.get(name)
    if (value !== undefined) environment.set(name, value)
    return [
      key,
      dotenv.disputed.has(name) ? { ...entry, value: computed(`${name}, which .env files set to different values`) } : entry,
    ] as const
  })
  return { setup: { ...setup, entries: Object.fromEntries(entries) }, environment }
}
