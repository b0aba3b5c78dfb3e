import { SealpostError } from '../errors.ts'
import {
  type TileReader,
  TileTree,
  equalHash,
  hashLeaf,
  readBundle,
  tileOf,
  tilePath,
  tileWidth,
  verifyInclusion,
} from '../tlog/index.ts'
import { type Leaf, readLeaf } from './leaf/index.ts'
import type { Checkpoint } from './thread/protocol.ts'

export interface IndexedLeaf {
  readonly index: number
  readonly leaf: Leaf
}

/**
 * The leaves of a log from a place on, or from the last one backwards. Each is verified against the root before it is given.
 *
 * @param checkpoint whose signature was verified
 * @throws SealpostError SP_LOG_DAMAGED
 */
export async function* readLeaves(
  reader: TileReader,
  checkpoint: Checkpoint,
  { from = 0, backwards = false }: { readonly from?: number; readonly backwards?: boolean } = {},
): AsyncGenerator<IndexedLeaf> {
  const { size } = checkpoint
  const tree = new TileTree(reader, size)
  const first = Math.floor(from / tileWidth)
  const last = Math.ceil(size / tileWidth) - 1
  for (let step = 0; step <= last - first; step += 1) {
    const bundle = backwards ? last - step : first + step
    const entries = await readVerified(reader, tree, bundle, checkpoint)
    for (let place = 0; place < entries.length; place += 1) {
      const at = backwards ? entries.length - 1 - place : place
      const index = bundle * tileWidth + at
      const entry = entries[at]
      if (index < from || !entry) continue
      const read = readLeaf(entry)
      if (read.kind === 'refused') throw damaged(`entry ${index} is not a leaf of this format: ${read.why}`)
      yield { index, leaf: read.leaf }
    }
  }
}

/** The entries of a bundle: each against its hash in the tile, and the tile by the way from its first hash to the root. */
async function readVerified(
  reader: TileReader,
  tree: TileTree,
  bundle: number,
  { size, root }: Checkpoint,
): Promise<readonly Uint8Array[]> {
  const tile = tileOf('entries', bundle, size)
  if (!tile) return []
  const path = tilePath(tile)
  // A partial bundle may be gone once the full one is there, which begins with the same (C2SP tlog-tiles, "Partial Tiles").
  const octets = (await reader.read(path)) ?? (await reader.read(tilePath({ ...tile, width: tileWidth })))
  if (!octets) throw damaged(`${path} is missing`)
  const entries = splitBundle(octets, tile.width)
  if (!entries) throw damaged(`${path} is not a bundle of ${tile.width} entries`)
  const first = bundle * tileWidth
  for (const [place, entry] of entries.entries()) {
    if (!equalHash(hashLeaf(entry), await tree.node({ level: 0, index: first + place }))) {
      throw damaged(`entry ${first + place} is not the one whose hash stands in its tile`)
    }
  }
  const [entry] = entries
  const proof = await tree.proveInclusion(first)
  const included =
    entry && verifyInclusion({ index: first, size, leafHash: hashLeaf(entry), proof, root: Buffer.from(root, 'hex') })
  if (!included) throw damaged(`the tile of entry ${first} does not lead to the root that is signed`)
  return entries
}

function splitBundle(octets: Uint8Array, width: number): readonly Uint8Array[] | undefined {
  const read = readBundle(octets, width)
  if (read.kind === 'entries') return read.entries
  const full = readBundle(octets, tileWidth)
  return full.kind === 'entries' ? full.entries.slice(0, width) : undefined
}

function damaged(why: string): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', { where: 'evidence', what: `The evidence log is damaged: ${why}` })
}
