/** Which version of a program is used, from the files of package managers. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Software } from '../../software.ts'
import { decode, maxLockBytes, readBytes } from '../read.ts'
import { climb } from '../walk.ts'
import { normalizeName, projectFiles } from './project.ts'
import { type Spec, settleVersion } from './spec.ts'

export { exactly, settleVersion } from './spec.ts'

export interface Used {
  readonly spec: Spec
  /** The file that says so. */
  readonly path: string
}

const maxFolders = 2000

/** Looks packages up, nearest folder first. Files are read once, and only what was asked for is kept of them. */
export class Projects {
  /** By folder: package, and what its files say of it. */
  readonly #folders = new Map<string, ReadonlyMap<string, Used>>()
  /** All packages that may be asked for, by their manager. */
  readonly #wanted: ReadonlyMap<string, ReadonlySet<string>>

  constructor(softwares: readonly Software[]) {
    const wanted = new Map<string, Set<string>>()
    for (const id of softwares.flatMap(({ packages }) => packages ?? [])) {
      const [manager, name] = splitId(id)
      wanted.set(manager, (wanted.get(manager) ?? new Set()).add(name))
    }
    this.#wanted = wanted
  }

  /** The first of a program's packages that a project file names, from a folder upwards to the audited one. */
  find({ packages = [] }: Software, folder: string, top: string): Used | undefined {
    if (packages.length === 0) return undefined
    for (const at of climb(folder, top)) {
      const used = this.#read(at)
      for (const id of packages) {
        const found = used.get(splitId(id).join(':'))
        if (found) return found
      }
    }
    return undefined
  }

  /** The version that is used, where it can be told. */
  version(software: Software, folder: string, top: string): { readonly value: string; readonly from: string } | undefined {
    const used = this.find(software, folder, top)
    const value = used && settleVersion(used.spec, software.boundaries)
    return used && value !== undefined ? { value, from: used.path } : undefined
  }

  #read(folder: string): ReadonlyMap<string, Used> {
    const stored = this.#folders.get(folder)
    if (stored) return stored
    const used = new Map<string, Used>()
    const names = listNames(folder)
    for (const [manager, packages] of this.#wanted) {
      for (const { name, read } of projectFiles[manager] ?? []) {
        for (const path of findFiles(folder, names, name)) {
          const text = readText(path)
          if (text === undefined) continue
          const lookup = read(text)
          for (const wanted of packages) {
            const key = `${manager}:${wanted}`
            const before = used.get(key)
            // A lock file that does not settle it leaves it to the next.
            if (before && before.spec.exact !== undefined) continue
            const spec = lookup(wanted)
            if (spec && (!before || spec.exact !== undefined || before.spec.least === undefined)) used.set(key, { spec, path })
          }
        }
      }
    }
    if (this.#folders.size >= maxFolders) this.#folders.clear()
    this.#folders.set(folder, used)
    return used
  }
}

function splitId(id: string): readonly [manager: string, name: string] {
  const manager = id.slice(0, id.indexOf(':'))
  return [manager, normalizeName(manager, id.slice(manager.length + 1))]
}

function listNames(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder))
  } catch {
    return new Set()
  }
}

function findFiles(folder: string, names: ReadonlySet<string>, name: string): readonly string[] {
  if (name.startsWith('*'))
    return [...names]
      .filter((own) => own.endsWith(name.slice(1)))
      .slice(0, 20)
      .map((own) => join(folder, own))
  const first = name.includes('/') ? name.slice(0, name.indexOf('/')) : name
  return names.has(first) ? [join(folder, name)] : []
}

function readText(path: string): string | undefined {
  const read = readBytes(path, /lock/i.test(basename(path)) ? maxLockBytes : undefined)
  return read.kind === 'bytes' ? decode(read.bytes)?.text : undefined
}
