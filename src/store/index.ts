/** What lasts: queue and campaigns in SQLite, and the policies of domains in a file of their own. */
export { SqliteHostMemory } from './hostMemory.ts'
export { SqlitePolicyCache } from './policyCache.ts'
export { type Damage, QueueDatabase, QueueReader, backUpQueue, checkQueue, restoreQueue } from './queue/index.ts'
export { type IncomingRow, type Intake, SqliteStore, type StoredCampaign } from './sqlite.ts'
