/** The signed record of what was sent, and how. */
export { type ActEntry, type AttemptEntry, type Entry, type SessionEntry, type SessionTls, commit } from './entry.ts'
export { readLines } from './lines.ts'
export { EvidenceLog, logName } from './log.ts'
export {
  type AskPassphrase,
  type KeyOptions,
  type KeysDescription,
  type Rotated,
  askOnce,
  changePassphrase,
  describeKey,
  describeKeys,
  isKeyEncrypted,
  makeFirstKey,
  rotateSigningKey,
} from './key/index.ts'
