/** Abuse reports (RFC 5965). */
export { type FeedbackReport, readFeedbackReport } from './report.ts'
