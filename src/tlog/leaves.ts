import { type Expected, disagreement, findSwapped } from './ancestors.ts'
import { hashEntries, readBundle } from './bundle.ts'
import { type LogFailure, failedFault } from './failure.ts'
import { type Fetched, type TileFault, fetchBundle, fetchTile } from './fetchTile.ts'
import { equalHash, hashOctets, hashRow } from './hash.ts'
import type { TileReader } from './store.ts'
import { type Tile, edgeOf, tileWidth } from './tile.ts'

/** A tile of level 0 with its bundle, as they were read. */
export interface LeafTile {
  readonly index: number
  readonly width: number
  readonly tile: Fetched | TileFault
  readonly bundle: (Fetched & { readonly width: number }) | TileFault
}

/** Read ahead, so that the disk works while hashes are made. */
const ahead = 4

/** The leaves of a log, tile by tile. */
export async function* readLeaves(reader: TileReader, size: number): AsyncGenerator<LeafTile> {
  const { full, width } = edgeOf(0, size)
  const count = full + (width > 0 ? 1 : 0)
  const queue: Promise<LeafTile>[] = []
  for (let index = 0; index < count || queue.length > 0; index += 1) {
    if (index < count) {
      const read = readLeafTile(reader, { level: 0, index, width: index < full ? tileWidth : width })
      // Whoever stops early waits for none of them.
      read.catch(() => undefined)
      queue.push(read)
    }
    if (queue.length < ahead && index < count - 1) continue
    const next = await queue.shift()
    if (next) yield next
  }
}

async function readLeafTile(reader: TileReader, tile: Tile): Promise<LeafTile> {
  const [row, bundle] = await Promise.all([fetchTile(reader, tile), fetchBundle(reader, { ...tile, level: 'entries' })])
  return { index: tile.index, width: tile.width, tile: row, bundle }
}

/** The entries of a tile's bundle and the hashes on both sides. */
export interface LeafRows {
  readonly kind: 'rows'
  readonly entries: readonly Uint8Array[]
  /** As the entries hash. */
  readonly hashed: Uint8Array
  /** As the tile says. */
  readonly row: Uint8Array
  readonly tilePath: string
  readonly bundlePath: string
}

export function readRows({ tile, bundle, width }: LeafTile): LeafRows | LogFailure {
  if (tile.kind === 'fault') return failedFault(tile)
  if (bundle.kind === 'fault') return failedFault(bundle)
  const read = readBundle(bundle.octets, bundle.width)
  if (read.kind === 'malformed') {
    return { kind: 'failed', failure: 'bundle-malformed', path: bundle.path, why: `${bundle.path} is not a bundle: ${read.why}` }
  }
  const entries = read.entries.slice(0, width)
  return {
    kind: 'rows',
    entries,
    hashed: hashEntries(entries),
    row: tile.octets,
    tilePath: tile.path,
    bundlePath: bundle.path,
  }
}

/** What is wrong with a full tile of level 0 and its entries; undefined where nothing is. */
export function judgeFull(index: number, rows: LeafRows, expected: Expected): LogFailure | undefined {
  const { hashed, row, tilePath, bundlePath } = rows
  const agree = equalHash(hashed, row)
  const rowHash = hashRow(row)
  const rowRight = equalHash(rowHash, expected.hash)
  if (agree && rowRight) return undefined
  const hashedHash = hashRow(hashed)
  if (rowRight) {
    return findSwapped('bundle-swapped', bundlePath, 0, index, hashedHash, expected) ?? wrongEntry(index, rows)
  }
  const swapped = findSwapped('tile-swapped', tilePath, 0, index, rowHash, expected)
  if (swapped) return swapped
  if (equalHash(hashedHash, expected.hash)) return wrongLeafHash(index, rows)
  return agree ? disagreement(tilePath, index * tileWidth, expected) : wrongEntry(index, rows)
}

export function wrongEntry(index: number, { bundlePath, tilePath, hashed, row }: LeafRows): LogFailure {
  const at = index * tileWidth + firstDifference(hashed, row)
  return {
    kind: 'failed',
    failure: 'entry-wrong',
    path: bundlePath,
    index: at,
    why: `entry ${at} in ${bundlePath} is not the one whose hash stands in ${tilePath}`,
  }
}

export function wrongLeafHash(index: number, { bundlePath, tilePath, hashed, row }: LeafRows): LogFailure {
  const place = firstDifference(hashed, row)
  const at = index * tileWidth + place
  const why = `hash ${place} of ${tilePath} is not that of entry ${at} in ${bundlePath}`
  return { kind: 'failed', failure: 'hash-wrong', path: tilePath, index: at, why }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((octet, place) => octet !== b[place])
  return Math.floor(at / hashOctets)
}
