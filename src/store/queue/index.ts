/** The durable queue in `queue.db`: a thread writes it, others read it. */
export { backUpQueue } from './backup.ts'
export { type Damage, checkQueue } from './check.ts'
export type { LaterAttempt, LaterDelivery, OpenMessage, QueueCopy } from './copy.ts'
export { type ErasedMessages, erasedPrefix } from './erase.ts'
export { QueueDatabase } from './database.ts'
export { type ListRow, type MessageOf, QueueReader, type SentVolume, type Tally } from './reader.ts'
export { restoreQueue } from './restore.ts'
export type { ClaimTarget, NotedLeaf } from './claim.ts'
