import type { Checkpoint } from './checkpoint.ts'
import { hashLeaf } from './hash.ts'
import type { Signed } from './note.ts'
import { type CheckpointFailureKind, type Trust, openCheckpoint } from './openCheckpoint.ts'
import { parseReceipt } from './receipt.ts'
import { verifyInclusion } from './verifyProof.ts'

/** What a receipt proves of an entry. */
export type ReceiptVerification =
  | {
      readonly kind: 'included'
      readonly index: number
      readonly checkpoint: Checkpoint
      readonly cosignatures: readonly Signed[]
    }
  | {
      readonly kind: 'failed'
      readonly failure: CheckpointFailureKind | 'receipt-malformed' | 'index-outside' | 'not-included'
      readonly why: string
    }

/** C2SP tlog-proof, "Verifying a tlog proof": signatures first, then the way from the entry to the signed root. */
export function verifyReceipt(input: Uint8Array | string, entry: Uint8Array, trust: Trust): ReceiptVerification {
  const receipt = parseReceipt(input)
  if (receipt.kind === 'malformed') {
    return { kind: 'failed', failure: 'receipt-malformed', why: `the receipt is none: ${receipt.why}` }
  }
  const opened = openCheckpoint(receipt.checkpoint, trust)
  if (opened.kind === 'failed') return opened
  const { checkpoint, cosignatures } = opened
  const { index, proof } = receipt
  const { size, root } = checkpoint
  if (index >= size) {
    return { kind: 'failed', failure: 'index-outside', why: `the log of ${size} entries that is signed has no entry ${index}` }
  }
  if (!verifyInclusion({ index, size, leafHash: hashLeaf(entry), proof, root })) {
    return { kind: 'failed', failure: 'not-included', why: `the entry is not what stands at ${index} of the log that is signed` }
  }
  return { kind: 'included', index, checkpoint, cosignatures }
}
