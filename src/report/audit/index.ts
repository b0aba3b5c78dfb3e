/** What an audit found, in every form it is told in. */
export type { AuditReport, AuditedSetup, AuditFault, AuditUnseen } from './facts.ts'
export { printAuditJson } from './json.ts'
export { printAuditSarif } from './sarif.ts'
export { printAudit, printChange } from './text.ts'
