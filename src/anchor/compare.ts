import { SealpostError } from '../errors.ts'
import { type Checkpoint, type TileTree, equalHash, verifyConsistency } from '../tlog/index.ts'

/** How a checkpoint that somebody holds stands to the log of today. */
export type Standing =
  /** It is the last one. */
  | 'same'
  /** The log holds all that it held, and more. */
  | 'grown'
  /** The log has fewer entries than it had: they were cut off, or an old copy was put back. */
  | 'rolled-back'
  /** The log is another one than it was: entries were changed. */
  | 'forked'
  /** The files of the log do not lead to its own checkpoint, so that nothing can be said. */
  | 'damaged'

type Sized = Pick<Checkpoint, 'size' | 'root'>

/** Holds a former checkpoint of a log against its last one. @param tree of the last one */
export async function compareCheckpoint(held: Sized, last: Sized, tree: TileTree): Promise<Standing> {
  if (held.size > last.size) return 'rolled-back'
  if (held.size === last.size) return equalHash(held.root, last.root) ? 'same' : 'forked'
  try {
    const proof = await tree.proveConsistency(held.size)
    // The proof stands by itself, whatever the tiles say (RFC 9162 2.1.4).
    if (verifyConsistency({ oldSize: held.size, size: last.size, oldRoot: held.root, root: last.root, proof })) return 'grown'
    return equalHash(await tree.root(), last.root) ? 'forked' : 'damaged'
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_LOG_DAMAGED') return 'damaged'
    throw error
  }
}
