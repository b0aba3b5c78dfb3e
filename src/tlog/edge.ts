import { SealpostError } from '../errors.ts'
import { BundleBuilder, maxEntryOctets } from './bundle.ts'
import type { Frontier } from './frontier.ts'
import { hashOctets } from './hash.ts'
import { type Tile, tileHeight, tileOctets, tilePath, tileWidth } from './tile.ts'

/** A file of the log, ready to be written. */
export interface TileFile {
  readonly path: string
  readonly octets: Uint8Array
}

/** What was added since the last time it was taken. */
export interface Batch {
  readonly size: number
  readonly root: Uint8Array
  readonly files: readonly TileFile[]
  /** Folders of partial tiles whose full tile is among the files. */
  readonly superseded: readonly string[]
}

/** A tile of hashes that is not full yet. */
interface Row {
  readonly octets: Buffer
  index: number
  width: number
}

/** The right edge of a log that is written: tiles and bundle that are not full, and full ones that are not yet taken. */
export class Edge {
  readonly #frontier: Frontier
  readonly #rows: Row[]
  readonly #bundle: BundleBuilder
  #full: TileFile[] = []
  #fullOctets = 0
  #taken: number
  /** Paths without `.p` of tiles that were written as partial ones. */
  readonly #partial = new Set<string>()

  private constructor(frontier: Frontier, rows: readonly Uint8Array[], entries: readonly Uint8Array[]) {
    this.#frontier = frontier
    this.#taken = frontier.size
    this.#rows = rows.map((row, level) => makeRow(row, Math.floor(frontier.size / tileWidth ** (level + 1))))
    this.#bundle = new BundleBuilder()
    const scrap = Buffer.alloc(hashOctets)
    for (const entry of entries) this.#bundle.append(entry, scrap, 0)
    for (const tile of this.#edgeTiles()) this.#partial.add(fullPath(tile))
  }

  /**
   * @param rows the hashes of each level's last tile, empty where that is full
   * @param entries those of the last bundle
   */
  static from(frontier: Frontier, rows: readonly Uint8Array[], entries: readonly Uint8Array[]): Edge {
    return new Edge(frontier, rows, entries)
  }

  get size(): number {
    return this.#frontier.size
  }

  /** Octets in memory that wait to be taken. */
  get waiting(): number {
    return this.#fullOctets + this.#bundle.length
  }

  /** @throws SealpostError SP_ENTRY_TOO_LONG */
  append(entry: Uint8Array): void {
    if (entry.length > maxEntryOctets) {
      throw new SealpostError('SP_ENTRY_TOO_LONG', { what: `An entry of ${entry.length} octets is longer than a log can hold` })
    }
    const row = this.#row(0)
    const at = row.width * hashOctets
    this.#bundle.append(entry, row.octets, at)
    this.#frontier.append(row.octets.subarray(at, at + hashOctets), this.#completed)
    row.width += 1
    if (row.width < tileWidth) return
    this.#keep({ level: 'entries', index: row.index, width: tileWidth }, this.#bundle.copy())
    this.#bundle.clear()
    this.#keepRow(0, row)
  }

  /** What has to be written so that the log as it is now can be read. */
  take(): Batch {
    const files = this.#full
    const superseded: string[] = []
    for (const { path } of files) if (this.#partial.delete(path)) superseded.push(`${path}.p`)
    for (const tile of this.#edgeTiles()) {
      if (!this.#isNew(tile)) continue
      const row = tile.level === 'entries' ? undefined : this.#row(tile.level)
      const octets = row ? Buffer.from(row.octets.subarray(0, row.width * hashOctets)) : this.#bundle.copy()
      files.push({ path: tilePath(tile), octets })
      this.#partial.add(fullPath(tile))
    }
    this.#full = []
    this.#fullOctets = 0
    this.#taken = this.size
    return { size: this.size, root: this.#frontier.root, files, superseded }
  }

  /** The partial tiles as they are now. */
  #edgeTiles(): readonly Tile[] {
    const tiles: Tile[] = this.#rows.map(({ index, width }, level) => ({ level, index, width }))
    const [leaves] = tiles
    return [...(leaves ? [{ ...leaves, level: 'entries' as const }] : []), ...tiles].filter(({ width }) => width > 0)
  }

  /** Whether the tile has hashes that the log as it was last taken had not. */
  #isNew({ level, index, width }: Tile): boolean {
    const each = level === 'entries' ? 1 : tileWidth ** level
    return index * tileWidth + width > Math.floor(this.#taken / each)
  }

  readonly #completed = (level: number, hash: Uint8Array): void => {
    // C2SP tlog-tiles: each hash of a level is that of a full tile of the level below.
    if (level % tileHeight !== 0) return
    const place = level / tileHeight
    const row = this.#row(place)
    row.octets.set(hash, row.width * hashOctets)
    row.width += 1
    if (row.width === tileWidth) this.#keepRow(place, row)
  }

  #row(level: number): Row {
    const row = this.#rows[level] ?? makeRow(new Uint8Array(), 0)
    this.#rows[level] = row
    return row
  }

  #keepRow(level: number, row: Row): void {
    this.#keep({ level, index: row.index, width: tileWidth }, Buffer.from(row.octets))
    row.index += 1
    row.width = 0
  }

  #keep(tile: Tile, octets: Uint8Array): void {
    this.#full.push({ path: tilePath(tile), octets })
    this.#fullOctets += octets.length
  }
}

function makeRow(hashes: Uint8Array, index: number): Row {
  const octets = Buffer.alloc(tileOctets)
  octets.set(hashes)
  return { octets, index, width: hashes.length / hashOctets }
}

function fullPath(tile: Tile): string {
  return tilePath({ ...tile, width: tileWidth })
}
