/** The durable queue in `queue.db`: a thread writes it, others read it. */
export { backUpQueue } from './backup.ts'
export { type Damage, checkQueue } from './check.ts'
export type { LaterDelivery, OpenMessage, QueueCopy } from './copy.ts'
export { QueueDatabase } from './database.ts'
export { type ListRow, QueueReader, type SentVolume, type Tally } from './reader.ts'
export { restoreQueue } from './restore.ts'
