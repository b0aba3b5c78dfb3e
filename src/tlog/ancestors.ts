import { type LogFailure, failedFault } from './failure.ts'
import { fetchTile } from './fetchTile.ts'
import { equalHash, hashOctets, hashRow } from './hash.ts'
import type { TileReader } from './store.ts'
import { edgeOf, tileLevels, tileOf, tilePath, tileWidth } from './tile.ts'

/** What the level above says that a full tile hashes to. */
export interface Expected {
  readonly kind: 'expected'
  readonly hash: Uint8Array
  /** The tile that says it, where in it, and all that it holds. */
  readonly path: string
  readonly place: number
  readonly row: Uint8Array
  /** Whether that tile was led back to the signed root. One at the right edge is not, where the edge gives another root. */
  readonly trusted: boolean
}

/** The tiles above those of level 0, each verified against the one above it when it is first needed, and one of a level kept. */
export class Ancestors {
  readonly #reader: TileReader
  readonly #size: number
  readonly #edges: readonly Uint8Array[]
  readonly #edgeTrusted: boolean
  readonly #rows = new Map<number, { readonly index: number; readonly row: Uint8Array }>()

  /**
   * @param edges the partial tile of each level, empty where there is none
   * @param edgeTrusted whether they give the root that is signed
   */
  constructor(reader: TileReader, size: number, edges: readonly Uint8Array[], edgeTrusted: boolean) {
    this.#reader = reader
    this.#size = size
    this.#edges = edges
    this.#edgeTrusted = edgeTrusted
  }

  /** What a full tile must hash to. */
  async expect(level: number, index: number): Promise<Expected | LogFailure> {
    const above = { level: level + 1, index: Math.floor(index / tileWidth) }
    const tile = tileOf(above.level, above.index, this.#size)
    if (!tile) throw new RangeError(`no tile stands above ${index} of level ${level}`)
    const row = tile.width < tileWidth ? this.#edges[above.level] : await this.#read(above.level, above.index)
    if (!row || 'kind' in row) return row ?? { kind: 'failed', failure: 'tile-missing', path: tilePath(tile), why: 'not read' }
    const place = index % tileWidth
    return {
      kind: 'expected',
      hash: row.subarray(place * hashOctets, (place + 1) * hashOctets),
      path: tilePath(tile),
      place,
      row,
      trusted: this.#edgeTrusted || tile.width === tileWidth,
    }
  }

  async #read(level: number, index: number): Promise<Uint8Array | LogFailure> {
    const held = this.#rows.get(level)
    if (held?.index === index) return held.row
    const fetched = await fetchTile(this.#reader, { level, index, width: tileWidth })
    if (fetched.kind === 'fault') return failedFault(fetched)
    const expected = await this.expect(level, index)
    if (expected.kind === 'failed') return expected
    if (!equalHash(hashRow(fetched.octets), expected.hash)) return this.#blame(level, index, fetched.octets, expected)
    this.#rows.set(level, { index, row: fetched.octets })
    return fetched.octets
  }

  /** Which hash of a tile above level 0 is wrong: that which is not the hash of the tile below. */
  async #blame(level: number, index: number, row: Uint8Array, expected: Expected): Promise<LogFailure> {
    const path = tilePath({ level, index, width: tileWidth })
    const swapped = findSwapped('tile-swapped', path, level, index, hashRow(row), expected)
    if (swapped) return swapped
    for (let place = 0; place < tileWidth; place += 1) {
      const below = await fetchTile(this.#reader, { level: level - 1, index: index * tileWidth + place, width: tileWidth })
      if (below.kind === 'fault') return failedFault(below)
      if (!equalHash(hashRow(below.octets), row.subarray(place * hashOctets, (place + 1) * hashOctets))) {
        return wrongHash(path, place, below.path, (index * tileWidth + place) * tileWidth ** level)
      }
    }
    return disagreement(path, index * tileWidth ** (level + 1), expected)
  }
}

/** A tile that is not what belongs there, and is what belongs somewhere else below the same tile. */
export function findSwapped(
  failure: 'tile-swapped' | 'bundle-swapped',
  path: string,
  level: number,
  index: number,
  hash: Uint8Array,
  { row, place }: Expected,
): LogFailure | undefined {
  for (let other = 0; other < row.length / hashOctets; other += 1) {
    if (other === place || !equalHash(hash, row.subarray(other * hashOctets, (other + 1) * hashOctets))) continue
    const belongs = tilePath({
      level: failure === 'bundle-swapped' ? 'entries' : level,
      index: index - place + other,
      width: tileWidth,
    })
    return {
      kind: 'failed',
      failure,
      path,
      index: index * tileWidth ** (level + 1),
      why: `${path} holds what belongs into ${belongs}`,
    }
  }
  return undefined
}

function wrongHash(path: string, place: number, below: string, index: number): LogFailure {
  return { kind: 'failed', failure: 'hash-wrong', path, index, why: `hash ${place} of ${path} is not that of ${below}` }
}

/** A tile that agrees with all below it and not with the one above. */
export function disagreement(path: string, index: number, expected: Expected): LogFailure {
  if (!expected.trusted) return wrongHash(expected.path, expected.place, path, index)
  const why = `${path} is not the tile whose hash stands at ${expected.place} of ${expected.path}, though all below it agrees with it`
  return { kind: 'failed', failure: 'hash-wrong', path, index, why }
}

/** The partial tiles of a log, one of each level; empty where a level has none. */
export async function readEdges(reader: TileReader, size: number): Promise<readonly Uint8Array[] | LogFailure> {
  const edges: Uint8Array[] = []
  for (let level = 0; level < tileLevels(size); level += 1) {
    const { full, width } = edgeOf(level, size)
    const fetched = width === 0 ? undefined : await fetchTile(reader, { level, index: full, width })
    if (fetched?.kind === 'fault') return failedFault(fetched)
    edges.push(fetched?.octets ?? new Uint8Array())
  }
  return edges
}
