import { lookAtExtension } from './extension.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 5746, CVE-2009-3555. Case 59. */
export const renegotiationInsecure: Rule<HostObservation> = {
  id: 'renegotiation-insecure',
  severity: 'medium',
  title: 'Renegotiation is not secured',
  why: 'Somebody on the way can put words of their own in front of a client (CVE-2009-3555).',
  next: 'Ask the provider to update the TLS software of the server.',
  look: (seen) => lookAtExtension(seen, 'secureRenegotiation', false),
}
