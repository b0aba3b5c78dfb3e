/** What lasts: queue and campaigns in SQLite, and the policies of domains in a file of their own. */
export { SqliteHostMemory } from './hostMemory.ts'
export { type ListImport, type Merge, SqliteLists, type StoredList } from './list/index.ts'
export { SqlitePolicyCache } from './policyCache.ts'
export { type IncomingRow, type Intake, SqliteStore, type StoredCampaign } from './sqlite.ts'
