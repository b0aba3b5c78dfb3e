import { hashOctets } from './hash.ts'

/** C2SP tlog-tiles: a full tile is 256 hashes wide, eight levels of the tree. */
export const tileWidth = 256
export const tileHeight = 8
export const tileOctets = tileWidth * hashOctets

/** Where a tile of hashes, or a bundle of entries, stands in the log. */
export interface Tile {
  /** A level of tiles, from 0 for the leaves' hashes; `entries` for a bundle. */
  readonly level: number | 'entries'
  /** From 0, within the level. */
  readonly index: number
  /** Hashes or entries in it: 1 to 256. Fewer than 256 stand only at the right edge. */
  readonly width: number
}

/** The path of a tile below the log's own. */
export function tilePath({ level, index, width }: Tile): string {
  const full = `tile/${level}/${indexGroups(index).join('/')}`
  return width === tileWidth ? full : `${full}.p/${width}`
}

/** C2SP tlog-tiles: 1234067 is x001/x234/067; all but the last begin with an x, so that no file stands where a folder does. */
export function indexGroups(index: number): readonly string[] {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, place) => (place === groups.length - 1 ? group : `x${group}`))
}

const shape = /^tile\/(0|[1-9]|[1-5]\d|6[0-3]|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** The tile that a path names, written exactly as `tilePath` writes it; undefined for any other path. */
export function parseTilePath(path: string): Tile | undefined {
  if (path.length > 64) return undefined
  const [, level = '', groups = '', width] = shape.exec(path) ?? []
  const index = Number(groups.replaceAll(/[x/]/g, '') || Number.NaN)
  if (!Number.isSafeInteger(index)) return undefined
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index,
    width: width === undefined ? tileWidth : Number(width),
  }
  return tilePath(tile) === path && tile.width <= tileWidth ? tile : undefined
}

/** How many tiles of a level are full in a tree, and how wide the one after them is (0: there is none). */
export function edgeOf(level: number | 'entries', size: number): { readonly full: number; readonly width: number } {
  const hashes = level === 'entries' ? size : Math.floor(size / tileWidth ** level)
  return { full: Math.floor(hashes / tileWidth), width: hashes % tileWidth }
}

/** The tile with this index in a tree of this size; undefined where the tree has none. */
export function tileOf(level: number | 'entries', index: number, size: number): Tile | undefined {
  const { full, width } = edgeOf(level, size)
  if (index < full) return { level, index, width: tileWidth }
  return index === full && width > 0 ? { level, index, width } : undefined
}

/** Levels of tiles that a tree has. */
export function tileLevels(size: number): number {
  let levels = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / tileWidth)) levels += 1
  return levels
}
