/**
 * Verifies receipts, and how two checkpoints of a log stand to each other, with nothing but keys. This folder imports nothing, so
 * that an auditor can read all of it and a browser can run it (docs/verifier.html); src/tlog, which writes the log, does the same
 * in its own way.
 */
export { type Json, canonicalize } from './canonical.ts'
export { type Committed, commitTo } from './commitment.ts'
export { type Continuation, type GrowthProof, verifyContinuation } from './continuation.ts'
export { type Failure, type FailureKind, failures } from './failure.ts'
export {
  type AttemptOpening,
  type EvidenceReceipt,
  type Proven,
  type SessionOpening,
  parseReceipt,
  receiptFormat,
} from './form.ts'
export { type VerifierKey, parseKey } from './key.ts'
export { leafFormat } from './leaf.ts'
export type { CheckpointNote } from './note.ts'
export { type ProvenReceipt, verifyReceipt } from './receipt.ts'
export { handoverText } from './rotation.ts'
export { type JsonObject, isObject } from './shape.ts'
export type { TileReader } from './tiles.ts'
export type { Tree } from './tree.ts'
export type { Trust, Witnessed } from './trust.ts'
export {
  type TimestampFailureKind,
  type TimestampTerms,
  type TimestampVerification,
  maxTimestampOctets,
  readTimestampAuthorities,
  timestampFailures,
  verifyTimestamp,
} from './timestamp.ts'
export { judgeReceiptTimestamps } from './receiptTimestamps.ts'
