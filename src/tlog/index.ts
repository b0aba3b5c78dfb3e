/**
 * Transparency logs: Merkle trees (RFC 9162 2, RFC 6962 2), kept as static tiles with signed checkpoints, and proofs that
 * anybody can verify (C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-proof).
 */
export { type BundleRead, maxEntryOctets, readBundle } from './bundle.ts'
export { type Checkpoint, parseCheckpoint, printCheckpoint } from './checkpoint.ts'
export type { LogFailure, LogFailureKind } from './failure.ts'
export { FileStore } from './fileStore.ts'
export { Frontier } from './frontier.ts'
export { emptyRoot, equalHash, hashChildren, hashLeaf } from './hash.ts'
export { issueReceipt } from './issueReceipt.ts'
export {
  type SignatureType,
  type Signer,
  type Verifier,
  makeSigner,
  makeVerifier,
  parseSigner,
  parseVerifier,
  printSigner,
  printVerifier,
} from './key.ts'
export { MemoryStore } from './memoryStore.ts'
export {
  type Note,
  type NoteSignature,
  type NoteVerification,
  type Signed,
  addSignatures,
  parseNote,
  printNote,
  signNote,
  verifyNote,
} from './note.ts'
export {
  type CheckpointFailure,
  type CheckpointFailureKind,
  type OpenedCheckpoint,
  type Trust,
  openCheckpoint,
} from './openCheckpoint.ts'
export { proveConsistency, proveInclusion } from './prove.ts'
export { type Receipt, parseReceipt, printReceipt } from './receipt.ts'
export { type TileReader, type TileStore, checkpointPath } from './store.ts'
export type { Node, ReadNode } from './subtree.ts'
export type { Malformed } from './text.ts'
export { type Tile, parseTilePath, tileOf, tilePath, tileWidth } from './tile.ts'
export { TileTree } from './tree.ts'
export { type Consistency, type Inclusion, verifyConsistency, verifyInclusion } from './verifyProof.ts'
export { type ReceiptVerification, verifyReceipt } from './verifyReceipt.ts'
export { type LogVerification, type VerifyOptions, verifyTiles } from './verifyTiles.ts'
export { LogWriter, type WriterOptions } from './writer.ts'
