/** What lasts: queue and campaigns in SQLite, and the policies of domains in a file of their own. */
export type { IncomingRow, Intake, StoredCampaign } from './campaign.ts'
export { SqliteGreylistMemory } from './greylistMemory.ts'
export { SqliteBounceLedger, ledgerName } from './bounceLedger.ts'
export { SqliteHostMemory } from './hostMemory.ts'
export { SqlitePolicyCache } from './policyCache.ts'
export { QueueDatabase, QueueReader } from './queue/index.ts'
