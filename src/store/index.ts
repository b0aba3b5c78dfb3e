/** What lasts: queue and campaigns in SQLite, and the policies of domains in a file of their own. */
export { SqliteBounceLedger, ledgerName } from './bounceLedger.ts'
export type { IncomingRow, Intake, StoredCampaign } from './campaign.ts'
export { SqliteClaimBox, claimsName } from './claims.ts'
export { Mentions, eraseInCopy, listCopies, scrubFile, scrubFileUnlessRead } from './erase/index.ts'
export { SqliteGreylistMemory } from './greylistMemory.ts'
export { SqliteHostMemory } from './hostMemory.ts'
export { lockData } from './lock.ts'
export { type KeptPreflight, OrderBook, type Stopped } from './orders.ts'
export { type ListImport, type Merge, SqliteLists, type StoredList } from './list/index.ts'
export { SqlitePolicyCache } from './policyCache.ts'
export { type OpenedAttempt, type OpenedSession, OpeningsReader, emptyOpeningsLog, eraseOpenings } from './openings/index.ts'
export { SqliteSuppressionList, SuppressionGate, hashKey } from './suppression/index.ts'
export { SqliteTrackingLedger } from './tracking/index.ts'
export { SqliteWitnessLedger } from './witness.ts'
export {
  type ClaimTarget,
  type Damage,
  type ErasedMessages,
  type LaterAttempt,
  type LaterDelivery,
  type ListRow,
  type NotedLeaf,
  type MessageOf,
  type OpenMessage,
  type QueueCopy,
  QueueDatabase,
  QueueReader,
  type SentVolume,
  type Tally,
  backUpQueue,
  checkQueue,
  erasedPrefix,
  restoreQueue,
} from './queue/index.ts'
