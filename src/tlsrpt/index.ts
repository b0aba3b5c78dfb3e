/** Who wants to hear that TLS to a domain fails, and where to? The domain's record for SMTP TLS reporting (RFC 8460) says. */
export { describeTlsRpt, describeTlsRptError } from './describe.ts'
export {
  type TlsRptAnswer,
  type TlsRptError,
  type TlsRptRecord,
  type TlsRptRecords,
  lookupTlsRpt,
  parseTlsRpt,
} from './record.ts'
export type { BadUri, ReportUri } from './uri.ts'
