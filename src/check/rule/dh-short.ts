import { lookForDh } from './dh.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8270, RFC 9325 4.1. Case 55. */
export const dhShort: Rule<HostObservation> = {
  id: 'dh-short',
  severity: 'medium',
  title: 'Diffie-Hellman is done with a short number',
  why: '1,024 bits are within reach of states, above all where many servers share the number.',
  next: 'Ask the provider for ECDHE alone, or numbers of 2,048 bits.',
  look: (seen) => lookForDh(seen, (bits) => bits >= 1024 && bits < 2048),
}
