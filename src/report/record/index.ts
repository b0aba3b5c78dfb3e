/** What was recorded of the messages of a campaign or a period, for an auditor and for the controller. */
export { buildRecord } from './build.ts'
export { printRecordCsv } from './csv.ts'
export { type SentRecord, describeRecordDocument } from './document.ts'
export { printRecordPage } from './page.ts'
export type { RecordSource, RecordedAct, RecordedCampaign, RecordedSession } from './source.ts'
export { printRecord } from './text.ts'
