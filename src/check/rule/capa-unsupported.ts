import { noticed } from './oddity.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 2449. Case 46. */
export const capaUnsupported: Rule<HostObservation> = {
  id: 'capa-unsupported',
  severity: 'info',
  title: 'The server cannot say what it offers',
  why: 'Clients have to try whether STLS works; some do not, and stay in plaintext.',
  next: 'Ask the provider for a server with CAPA (RFC 2449).',
  look: (seen) => noticed(seen, 'capa-unsupported'),
}
