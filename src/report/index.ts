/** The same facts as text, JSON and HTML. */
export {
  type AuditFault,
  type AuditReport,
  type AuditUnseen,
  type AuditedSetup,
  printAudit,
  printAuditJson,
  printAuditSarif,
  printChange,
} from './audit/index.ts'
export { type CampaignReport, buildReport } from './campaign.ts'
export {
  type CheckFormat,
  type CheckPrinter,
  type CheckPrinterOptions,
  type CheckPrintOptions,
  checkFormats,
  createCheckPrinter,
  describeCheckDocument,
  printCheck,
} from './check/index.ts'
export {
  describeEspCheckDocument,
  describeProvidersDocument,
  printComparison,
  printProvider,
  printProviders,
  publishEspCheck,
  publishProviders,
} from './esp/index.ts'
export { type ListReport, buildListReport, printListReport } from './list/index.ts'
export { printPage } from './page.ts'
export { printCompliance } from './compliance.ts'
export { printPreflightPage } from './preflightPage.ts'
export { type Preflight, type PreflightLine, printPreflight } from './preflight.ts'
export { type MessagePreview, printPreview, printPreviewPage } from './preview/index.ts'
export {
  type RecordSource,
  type RecordedAct,
  type RecordedCampaign,
  type RecordedSession,
  type SentRecord,
  buildRecord,
  describeRecordDocument,
  printRecord,
  printRecordCsv,
  printRecordPage,
} from './record/index.ts'
export { printRecipient, recipientHead } from './recipient.ts'
export type { EvidenceStatus, OutcomeGroup, RecipientLine, ReportSource } from './source.ts'
export { printCount, printNumber, printShare, printTable } from './table.ts'
export { printReport } from './text.ts'
