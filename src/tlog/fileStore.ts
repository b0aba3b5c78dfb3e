import { constants, existsSync, rmSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { syncFolderBlocking, writeBlocking } from './blocking.ts'
import { maxBundleOctets } from './bundle.ts'
import { tileTaken } from './memoryStore.ts'
import { type TileStore, checkpointPath } from './store.ts'

/** What a file is called while it is written. */
export const draftSuffix = '.new'

/** Files between two syncs that are written one after another by a thread that may wait; more are quicker side by side. */
const fewFiles = 8

export interface FileStoreOptions {
  /** Whether the thread has nothing else to do while it writes: then it waits for the disk itself, which costs less CPU. */
  readonly mayBlock?: boolean
}

/** A log in a folder, readable by its owner alone. */
export class FileStore implements TileStore {
  readonly #folder: string
  readonly #mayBlock: boolean
  /** Files written since the last sync. */
  #written = 0
  /** Folders that are known to be there. */
  readonly #made = new Set<string>()
  /** Folders with names that are not yet known to be on the disk. */
  #unsynced = new Set<string>()

  constructor(folder: string, { mayBlock = false }: FileStoreOptions = {}) {
    this.#folder = folder
    this.#mayBlock = mayBlock
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const full = join(this.#folder, path)
    try {
      // What was put in a tile's place may be a pipe, which would never open, or far larger than the memory.
      await using file = await open(full, constants.O_RDONLY | constants.O_NONBLOCK)
      const about = await file.stat()
      if (!about.isFile()) throw new SealpostError('SP_FILE_UNREADABLE', { where: full, what: 'It is not a file' })
      const octets = Buffer.allocUnsafe(Math.min(about.size, maxBundleOctets + 1))
      let length = 0
      while (length < octets.length) {
        const { bytesRead } = await file.read(octets, length, octets.length - length, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return octets.subarray(0, length)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw systemError(error, full, 'SP_FILE_UNREADABLE')
    }
  }

  async write(path: string, octets: Uint8Array): Promise<void> {
    const full = join(this.#folder, path)
    const blocks = this.#mayBlock && this.#written < fewFiles
    this.#written += 1
    if (path !== checkpointPath && !(blocks && !existsSync(full))) {
      const former = await this.read(path)
      if (former && Buffer.compare(former, octets) !== 0) throw tileTaken(full)
      if (former) return
    }
    try {
      const folder = dirname(full)
      await this.#make(folder)
      const draft = `${full}${draftSuffix}`
      if (blocks) writeBlocking(draft, full, octets)
      else {
        await using file = await open(draft, 'w', 0o600)
        await file.writeFile(octets)
        // Before the name: a name that outlasts what it names would be a torn tile.
        await file.datasync()
        await rename(draft, full)
      }
      this.#unsynced.add(folder)
    } catch (error) {
      throw systemError(error, full, 'SP_FILE_UNWRITABLE')
    }
  }

  async sync(): Promise<void> {
    const folders = [...this.#unsynced]
    this.#unsynced = new Set()
    this.#written = 0
    for (const folder of folders) {
      try {
        if (this.#mayBlock) {
          syncFolderBlocking(folder)
          continue
        }
        await using directory = await open(folder, 'r')
        await directory.sync()
      } catch (error) {
        throw systemError(error, folder, 'SP_FILE_UNWRITABLE')
      }
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    const full = join(this.#folder, folder)
    try {
      return await readdir(full)
    } catch (error) {
      if (isMissing(error)) return []
      throw systemError(error, full, 'SP_FILE_UNREADABLE')
    }
  }

  async remove(path: string): Promise<void> {
    const full = join(this.#folder, path)
    try {
      if (this.#mayBlock) rmSync(full, { recursive: true, force: true })
      else await rm(full, { recursive: true, force: true })
      this.#made.clear()
      this.#unsynced.delete(full)
    } catch (error) {
      throw systemError(error, full, 'SP_FILE_UNWRITABLE')
    }
  }

  /** Makes a folder and those above it, and notes whose names have to be synced. */
  async #make(folder: string): Promise<void> {
    if (this.#made.has(folder)) return
    if (!(await this.#tryMake(folder))) {
      if (dirname(folder) === folder) throw new SealpostError('SP_FILE_UNWRITABLE', { where: folder })
      await this.#make(dirname(folder))
      // Below /proc a folder is missing however often it is made.
      if (!(await this.#tryMake(folder))) {
        throw new SealpostError('SP_FILE_UNWRITABLE', { where: folder, what: 'The folder cannot be made there' })
      }
    }
    this.#made.add(folder)
  }

  /** False where the folder above is missing. */
  async #tryMake(folder: string): Promise<boolean> {
    try {
      await mkdir(folder, { mode: 0o700 })
      this.#unsynced.add(dirname(folder))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOENT') return false
      if (code !== 'EEXIST') throw error
    }
    return true
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
