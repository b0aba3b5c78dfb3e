import { lookForDh } from './dh.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2015-4000, RFC 8270. Case 55. */
export const dhBreakable: Rule<HostObservation> = {
  id: 'dh-breakable',
  severity: 'high',
  title: 'Diffie-Hellman is done with a number that can be broken',
  why: 'With 512 or 768 bits recorded connections can be opened, and clients tricked into them (LOGJAM).',
  next: 'Ask the provider for ECDHE alone, or numbers of 2,048 bits.',
  look: (seen) => lookForDh(seen, (bits) => bits < 1024),
}
