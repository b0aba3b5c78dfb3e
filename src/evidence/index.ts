/** The signed record of what was sent, and how: a transparency log, and what is kept beside it to open its commitments. */
export { type Committed, attemptKey, commit } from './commit.ts'
export type { AttemptFacts, Claim, Outcome, Peer, SessionFacts, SessionRef, SessionTls, Strength } from './facts.ts'
export {
  type ActEntry,
  type ActLeaf,
  type ActName,
  type AttemptLeaf,
  type Leaf,
  type LeafRead,
  type SessionLeaf,
  describeLeaves,
  readLeaf,
} from './leaf/index.ts'
export { EvidenceLog, type EvidenceOptions } from './log.ts'
export type { AttemptOpening, OpeningsStore, SessionOpening, ShownCertificate } from './openings.ts'
export { type IndexedLeaf, readLeaves } from './readLeaves.ts'
export type { Checkpoint } from './thread/protocol.ts'
export { runThread } from './thread/run.ts'
export { type LogTrust, readTrust } from './trust.ts'
export {
  type EvidenceFailure,
  type EvidenceFailureKind,
  type EvidenceVerification,
  type KeptCheckpoint,
  verifyFolder,
} from './verifyFolder.ts'
export {
  type AskPassphrase,
  type KeyOptions,
  type KeysDescription,
  type Rotated,
  askOnce,
  changePassphrase,
  describeKey,
  describeKeys,
  fingerprint,
  isKeyEncrypted,
  makeFirstKey,
  rotateSigningKey,
} from './key/index.ts'
