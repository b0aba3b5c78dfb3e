/** What was counted of clicks and openings, in `tracking.db`. */
export { SqliteTrackingLedger } from './ledger.ts'
