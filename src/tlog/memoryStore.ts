import { SealpostError } from '../errors.ts'
import { type TileStore, checkpointPath } from './store.ts'

/** A log in memory: for a log that was fetched, or that need not last. */
export class MemoryStore implements TileStore {
  readonly files = new Map<string, Uint8Array>()

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.files.get(path)
  }

  async write(path: string, octets: Uint8Array): Promise<void> {
    const former = path === checkpointPath ? undefined : this.files.get(path)
    if (former && Buffer.compare(former, octets) !== 0) throw tileTaken(path)
    this.files.set(path, octets)
  }

  async sync(): Promise<void> {
    // Memory outlasts nothing.
  }

  async list(folder: string): Promise<readonly string[]> {
    const below = [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`))
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/', 1)[0] ?? ''))]
  }

  async remove(path: string): Promise<void> {
    for (const one of this.files.keys()) if (one === path || one.startsWith(`${path}/`)) this.files.delete(one)
  }
}

export function tileTaken(path: string): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', {
    where: path,
    what: 'A tile of the log is there already and holds something else',
    next: 'Nothing was overwritten; see whether another program writes to this log.',
  })
}
