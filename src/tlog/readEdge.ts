import { SealpostError } from '../errors.ts'
import { hashEntries, readBundle } from './bundle.ts'
import type { Checkpoint } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { fetchBundle, fetchTile } from './fetchTile.ts'
import { Frontier } from './frontier.ts'
import { equalHash } from './hash.ts'
import { checkpointPath, type TileReader } from './store.ts'
import { nodesOf } from './subtree.ts'
import { edgeOf, tileLevels } from './tile.ts'
import { TileTree } from './tree.ts'

/**
 * Reads the right edge of a log as of a checkpoint, and nothing else of it.
 *
 * @throws SealpostError SP_LOG_DAMAGED where it does not lead to the root that is signed
 */
export async function readEdge(reader: TileReader, { size, root }: Checkpoint): Promise<Edge> {
  const tree = new TileTree(reader, size)
  const nodes: Uint8Array[] = []
  for (const node of nodesOf({ start: 0, end: size })) nodes.push(await tree.node(node))
  const frontier = Frontier.from(size, nodes)
  if (!equalHash(frontier.root, root)) throw damaged(checkpointPath, 'its last tiles do not give the root that is signed')
  const rows: Uint8Array[] = []
  for (let level = 0; level < tileLevels(size); level += 1) rows.push(await readRow(reader, level, size))
  return Edge.from(frontier, rows, await readEntries(reader, size, rows[0]))
}

async function readRow(reader: TileReader, level: number, size: number): Promise<Uint8Array> {
  const { full, width } = edgeOf(level, size)
  if (width === 0) return new Uint8Array()
  const fetched = await fetchTile(reader, { level, index: full, width })
  if (fetched.kind === 'fault') throw damaged(fetched.path, fetched.why)
  return fetched.octets
}

async function readEntries(reader: TileReader, size: number, row: Uint8Array = new Uint8Array()): Promise<readonly Uint8Array[]> {
  const { full, width } = edgeOf('entries', size)
  if (width === 0) return []
  const fetched = await fetchBundle(reader, { level: 'entries', index: full, width })
  if (fetched.kind === 'fault') throw damaged(fetched.path, fetched.why)
  const bundle = readBundle(fetched.octets, fetched.width)
  if (bundle.kind === 'malformed') throw damaged(fetched.path, bundle.why)
  const entries = bundle.entries.slice(0, width)
  if (!equalHash(hashEntries(entries), row)) throw damaged(fetched.path, 'its last entries are not those of its last tile')
  return entries
}

function damaged(where: string, why: string): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', { where, what: `Nothing may be added to the log: ${why}` })
}
