/** What lasts: queue and campaigns in SQLite. */
export { type IncomingRow, type Intake, SqliteStore, type StoredCampaign } from './sqlite.ts'
