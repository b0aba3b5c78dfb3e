import { hashOctets } from './hash.ts'
import type { TileReader } from './store.ts'
import { type Tile, tilePath, tileWidth } from './tile.ts'

/** A file of the log that is not there, or not as long as it must be. */
export interface TileFault {
  readonly kind: 'fault'
  readonly failure: 'tile-missing' | 'tile-truncated' | 'bundle-missing'
  readonly path: string
  readonly why: string
}

export interface Fetched {
  readonly kind: 'fetched'
  readonly path: string
  readonly octets: Uint8Array
}

/** A tile of hashes, `width` of them. */
export async function fetchTile(reader: TileReader, tile: Tile): Promise<Fetched | TileFault> {
  const { path, octets } = await fetchEither(reader, tile)
  if (!octets) return { kind: 'fault', failure: 'tile-missing', path, why: `${path} is missing` }
  const due = tile.width * hashOctets
  const whole = path === tilePath(tile) ? due : tileWidth * hashOctets
  if (octets.length !== whole) {
    const why = `${path} has ${octets.length} octets and should have ${whole}`
    return { kind: 'fault', failure: 'tile-truncated', path, why }
  }
  return { kind: 'fetched', path, octets: octets.subarray(0, due) }
}

/** A bundle of entries, not yet read as one. */
export async function fetchBundle(reader: TileReader, tile: Tile): Promise<(Fetched & { readonly width: number }) | TileFault> {
  const { path, octets } = await fetchEither(reader, tile)
  if (!octets) return { kind: 'fault', failure: 'bundle-missing', path, why: `${path} is missing` }
  return { kind: 'fetched', path, octets, width: path === tilePath(tile) ? tile.width : tileWidth }
}

/** C2SP tlog-tiles, "Partial Tiles": a partial tile may be gone once the full one is there, which begins with the same. */
async function fetchEither(reader: TileReader, tile: Tile): Promise<{ path: string; octets: Uint8Array | undefined }> {
  const path = tilePath(tile)
  const octets = await reader.read(path)
  if (octets || tile.width === tileWidth) return { path, octets }
  const full = tilePath({ ...tile, width: tileWidth })
  const whole = await reader.read(full)
  return whole ? { path: full, octets: whole } : { path, octets: undefined }
}
