/** The same facts as text, JSON and HTML. */
export { type CampaignReport, buildReport } from './campaign.ts'
export { type CheckPrintOptions, printCheck } from './check.ts'
export { printPage } from './page.ts'
export { type Preflight, type PreflightLine, printPreflight } from './preflight.ts'
export { printRecipient, recipientHead } from './recipient.ts'
export type { EvidenceStatus, OutcomeGroup, RecipientLine, ReportSource } from './source.ts'
export { printCount, printNumber, printShare, printTable } from './table.ts'
export { printReport } from './text.ts'
