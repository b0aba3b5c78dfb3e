import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9325 4.1. */
export const forwardSecrecyMissing: Rule<HostObservation> = {
  id: 'forward-secrecy-missing',
  severity: 'medium',
  title: 'The key exchange has no forward secrecy',
  why: "Who records the mail and gets the server's key later can read it.",
  next: 'Ask the provider to prefer ECDHE cipher suites.',
  look: ({ decisive: { record } }) =>
    record.tls && !record.tls.forwardSecrecy ? `${record.tls.version} ${record.tls.cipher}` : undefined,
}
