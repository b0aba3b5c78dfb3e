/** What lasts: queue and campaigns in SQLite, and the policies of domains in a file of their own. */
export { SqliteBounceLedger, ledgerName } from './bounceLedger.ts'
export { SqliteHostMemory } from './hostMemory.ts'
export { SqlitePolicyCache } from './policyCache.ts'
export { QueueDatabase, QueueReader } from './queue/index.ts'
export { type IncomingRow, type Intake, SqliteStore, type StoredCampaign } from './sqlite.ts'
