import { SealpostError } from '../errors.ts'
import { readBundle } from './bundle.ts'
import { type TileFault, fetchBundle, fetchTile } from './fetchTile.ts'
import { emptyRoot, hashOctets, hashRow } from './hash.ts'
import { proveConsistency, proveInclusion } from './prove.ts'
import type { TileReader } from './store.ts'
import { type Node, hashRange } from './subtree.ts'
import { tileHeight, tileOf, tilePath, tileWidth } from './tile.ts'

/** The tree of a log of a given size, read from its tiles as far as asked. */
export class TileTree {
  readonly size: number
  readonly #reader: TileReader
  /** The tiles read last, the oldest first. */
  readonly #rows = new Map<string, Uint8Array>()
  readonly #most: number

  /**
   * @param most tiles that are kept in memory, 8 kB each
   */
  constructor(reader: TileReader, size: number, most = 256) {
    this.#reader = reader
    this.size = size
    this.#most = most
  }

  /**
   * The root of the first `size` leaves.
   *
   * @throws SealpostError SP_LOG_DAMAGED, as everything here, where a tile is missing or too short
   */
  async root(size = this.size): Promise<Uint8Array> {
    return size === 0 ? emptyRoot : hashRange({ start: 0, end: size }, this.node)
  }

  /** RFC 9162 2.1.3 */
  async proveInclusion(index: number, size = this.size): Promise<readonly Uint8Array[]> {
    return proveInclusion(index, size, this.node)
  }

  /** RFC 9162 2.1.4 */
  async proveConsistency(old: number, size = this.size): Promise<readonly Uint8Array[]> {
    return proveConsistency(old, size, this.node)
  }

  /** The hash of a perfect subtree. */
  readonly node = async ({ level, index }: Node): Promise<Uint8Array> => {
    const row = Math.floor(level / tileHeight)
    // A node within a tile is worked out from the hashes that the tile has of its level.
    const count = 2 ** (level - row * tileHeight)
    const first = index * count
    const octets = await this.#readRow(row, Math.floor(first / tileWidth))
    const at = (first % tileWidth) * hashOctets
    return hashRow(octets.subarray(at, at + count * hashOctets))
  }

  async readEntry(index: number): Promise<Uint8Array> {
    const tile = tileOf('entries', Math.floor(index / tileWidth), this.size)
    if (!tile || index >= this.size) throw new RangeError(`there is no entry ${index} in a log of ${this.size}`)
    const bundle = await fetchBundle(this.#reader, tile)
    if (bundle.kind === 'fault') throw damaged(bundle)
    const read = readBundle(bundle.octets, bundle.width)
    const entry = read.kind === 'entries' ? read.entries[index % tileWidth] : undefined
    if (!entry) throw damaged({ path: bundle.path, why: `${bundle.path} is not a bundle of ${bundle.width} entries` })
    return entry
  }

  async #readRow(level: number, index: number): Promise<Uint8Array> {
    const tile = tileOf(level, index, this.size)
    if (!tile) throw new RangeError(`a log of ${this.size} entries has no tile ${index} of level ${level}`)
    const key = tilePath(tile)
    const held = this.#rows.get(key)
    this.#rows.delete(key)
    const fetched = held ? { kind: 'fetched' as const, octets: held } : await fetchTile(this.#reader, tile)
    if (fetched.kind === 'fault') throw damaged(fetched)
    this.#rows.set(key, fetched.octets)
    const [oldest] = this.#rows.keys()
    if (this.#rows.size > this.#most && oldest !== undefined) this.#rows.delete(oldest)
    return fetched.octets
  }
}

function damaged({ path, why }: Pick<TileFault, 'path' | 'why'>): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', { where: path, what: `The log is damaged: ${why}` })
}
