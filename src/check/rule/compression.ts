import { lookAtExtension } from './extension.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2012-4929, RFC 9325 3.3. Case 59. */
export const compression: Rule<HostObservation> = {
  id: 'compression',
  severity: 'medium',
  title: 'TLS compression is on',
  why: 'How well a message compresses tells what is in it (CRIME).',
  next: 'Ask the provider to switch TLS compression off.',
  look: (seen) => lookAtExtension(seen, 'compression', true),
}
