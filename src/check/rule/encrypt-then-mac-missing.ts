import { lookAtExtension } from './extension.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7366. Case 59. */
export const encryptThenMacMissing: Rule<HostObservation> = {
  id: 'encrypt-then-mac-missing',
  severity: 'info',
  title: 'CBC suites are taken without encrypt-then-MAC',
  why: 'Attacks on padding are kept off by care in the software alone (RFC 7366).',
  next: 'Nothing must be done; a server that updates its TLS software gets it.',
  look: (seen) => lookAtExtension(seen, 'encryptThenMac', false),
}
