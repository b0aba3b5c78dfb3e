import { stat } from 'node:fs/promises'
import { type Keys, openKeys, pathOfKeys, readKeys } from './keys.ts'

/**
 * The keys of a file that another process may change, for one that runs for long: each use looks whether the file is another
 * one, and reads it only then. Where it is missing or broken, the keys that were known stay.
 */
export class KeysOfFile {
  readonly #data: string
  readonly #name: string
  readonly #onError: (error: unknown) => void
  #known: Keys
  #seen: string
  /** The file that was last told of: it is tried at each use, as it may have been a passing failure, and told once. */
  #told: string | undefined

  private constructor(data: string, name: string, first: { keys: Keys; seen: string }, onError: (error: unknown) => void) {
    this.#data = data
    this.#name = name
    this.#known = first.keys
    this.#seen = first.seen
    this.#onError = onError
  }

  /**
   * Makes the keys where there are none yet.
   *
   * @param onError told of a file that cannot be read later on
   * @throws SealpostError what `openKeys` throws
   */
  static async open(data: string, name: string, onError: (error: unknown) => void): Promise<KeysOfFile> {
    // Looked at before it is read: a file that changes in between is read once more.
    const before = await identify(data, name)
    return new KeysOfFile(data, name, { keys: await openKeys(data, name), seen: before }, onError)
  }

  readonly read = async (): Promise<Keys> => {
    const seen = await identify(this.#data, this.#name)
    if (seen === this.#seen) return this.#known
    try {
      const keys = await readKeys(this.#data, this.#name)
      if (keys) [this.#known, this.#seen] = [keys, seen]
    } catch (error) {
      if (this.#told !== seen) this.#onError(error)
      this.#told = seen
    }
    return this.#known
  }
}

/** A file that was replaced has another inode, one that was written in place another time. */
async function identify(data: string, name: string): Promise<string> {
  try {
    const { ino, mtimeNs, size } = await stat(pathOfKeys(data, name), { bigint: true })
    return `${ino} ${mtimeNs} ${size}`
  } catch {
    return 'cannot be looked at'
  }
}
