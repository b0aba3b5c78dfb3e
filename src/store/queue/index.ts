/** The durable queue in `queue.db`: a thread writes it, others read it. */
export { QueueDatabase } from './database.ts'
export { QueueReader } from './reader.ts'
