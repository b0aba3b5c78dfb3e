import { SealpostError } from '../errors.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { hashLeaf } from './hash.ts'
import type { Note } from './note.ts'
import type { Receipt } from './receipt.ts'
import type { TileTree } from './tree.ts'
import { verifyInclusion } from './verifyProof.ts'

/**
 * The receipt of an entry, as of a checkpoint that the log signed. What was read from the tiles is verified before it is
 * handed out.
 *
 * @throws SealpostError SP_LOG_DAMAGED where the tiles do not lead from the entry to the checkpoint
 */
export async function issueReceipt(tree: TileTree, checkpoint: Note, index: number, extra?: Uint8Array): Promise<Receipt> {
  const head = parseCheckpoint(checkpoint.text)
  if (head.kind === 'malformed') throw new SealpostError('SP_NOTE_INVALID', { what: `The note is not a checkpoint: ${head.why}` })
  const { size, root } = head
  const proof = await tree.proveInclusion(index, size)
  const leafHash = hashLeaf(await tree.readEntry(index))
  if (!verifyInclusion({ index, size, leafHash, proof, root })) {
    throw new SealpostError('SP_LOG_DAMAGED', { what: `Entry ${index} and the tiles of the log do not lead to its checkpoint` })
  }
  return { kind: 'receipt', extra, index, proof, checkpoint }
}
