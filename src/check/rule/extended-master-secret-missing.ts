import { lookAtExtension } from './extension.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7627. Case 59. */
export const extendedMasterSecretMissing: Rule<HostObservation> = {
  id: 'extended-master-secret-missing',
  severity: 'low',
  title: 'The master secret is not bound to the handshake',
  why: 'Two connections can be made to share their keys (Triple Handshake).',
  next: 'Ask the provider to update the TLS software of the server.',
  look: (seen) => lookAtExtension(seen, 'extendedMasterSecret', false),
}
