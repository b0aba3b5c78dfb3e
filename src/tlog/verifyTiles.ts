import { Ancestors, readEdges } from './ancestors.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { LogFailure, LogFailureKind } from './failure.ts'
import { emptyRoot, equalHash, hashOctets, hashRow } from './hash.ts'
import { judgeFull, readLeaves, readRows, wrongEntry, wrongLeafHash } from './leaves.ts'
import type { Note, Signed } from './note.ts'
import { type Trust, openCheckpoint } from './openCheckpoint.ts'
import { type TileReader, checkpointPath } from './store.ts'
import { foldNodes, nodesOf } from './subtree.ts'
import { tileHeight, tileWidth } from './tile.ts'
import { TileTree } from './tree.ts'

/** What came of verifying a whole log. */
export type LogVerification =
  | {
      readonly kind: 'intact'
      readonly checkpoint: Checkpoint
      readonly note: Note
      readonly cosignatures: readonly Signed[]
    }
  | LogFailure

export interface VerifyOptions {
  /** A checkpoint of the log that was kept apart from it: the log must be a continuation of that. */
  readonly held?: Pick<Checkpoint, 'size' | 'root'>
  /** Is given each entry of a full tile, or of the last one, once all of them are verified. It is lent for the call. */
  readonly visit?: (index: number, entry: Uint8Array) => void
}

/**
 * Verifies a log from its first entry to its last: every entry against its hash, every tile against the one above, the last
 * ones against the root that is signed. Memory is bounded by a few tiles and bundles.
 *
 * @throws SealpostError only where a file cannot be read at all; what is wrong with the log is data
 */
export async function verifyTiles(reader: TileReader, trust: Trust, options: VerifyOptions = {}): Promise<LogVerification> {
  const octets = await reader.read(checkpointPath)
  if (!octets) return failed('checkpoint-missing', 'there is no checkpoint')
  const opened = openCheckpoint(octets, trust)
  if (opened.kind === 'failed') return failed(opened.failure, opened.why)
  const { checkpoint, note, cosignatures } = opened
  const { held } = options
  if (held && held.size > checkpoint.size) {
    return failed('older-size', `the log is signed with ${checkpoint.size} entries and had ${held.size}`)
  }
  if (held?.size === checkpoint.size && !equalHash(held.root, checkpoint.root)) {
    return failed('fork', `two roots are signed for the first ${held.size} entries`)
  }
  const failure = await verifyLeaves(reader, checkpoint, options)
  if (failure) return failure
  if (held && !equalHash(await new TileTree(reader, checkpoint.size).root(held.size), held.root)) {
    return failed('fork', `the first ${held.size} entries are not those that were signed before`)
  }
  return { kind: 'intact', checkpoint, note, cosignatures }
}

async function verifyLeaves(
  reader: TileReader,
  { size, root }: Checkpoint,
  { visit }: VerifyOptions,
): Promise<LogFailure | undefined> {
  const edges = await readEdges(reader, size)
  if ('kind' in edges) return edges
  const edgeTrusted = equalHash(rootOf(size, edges), root)
  const ancestors = new Ancestors(reader, size, edges, edgeTrusted)
  for await (const leaves of readLeaves(reader, size)) {
    const rows = readRows(leaves)
    if (rows.kind === 'failed') return rows
    const { index, width } = leaves
    if (width === tileWidth) {
      const expected = await ancestors.expect(0, index)
      if (expected.kind === 'failed') return expected
      const failure = judgeFull(index, rows, expected)
      if (failure) return failure
    } else if (!equalHash(rows.hashed, rows.row)) {
      // No tile stands above the last one: the root says which of the two is right.
      const mended = !edgeTrusted && equalHash(rootOf(size, edges.with(0, rows.hashed)), root)
      return mended ? wrongLeafHash(index, rows) : wrongEntry(index, rows)
    }
    if (visit) for (const [place, entry] of rows.entries.entries()) visit(index * tileWidth + place, entry)
  }
  return edgeTrusted ? undefined : failed('root-wrong', 'the log is whole in itself, and is not the one whose root is signed')
}

/** The root that the partial tiles give: each perfect subtree at the right edge is within one. */
function rootOf(size: number, edges: readonly Uint8Array[]): Uint8Array {
  if (size === 0) return emptyRoot
  const nodes = nodesOf({ start: 0, end: size })
  const hashes = nodes.map(({ level, index }) => {
    const row = Math.floor(level / tileHeight)
    const count = 2 ** (level - row * tileHeight)
    const at = ((index * count) % tileWidth) * hashOctets
    return hashRow((edges[row] ?? new Uint8Array()).subarray(at, at + count * hashOctets))
  })
  return foldNodes(hashes)
}

function failed(failure: LogFailureKind, why: string): LogFailure {
  return { kind: 'failed', failure, path: checkpointPath, why }
}
