import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8446 D, 4.2.1. Case 56. */
export const versionIntolerance: Rule<HostObservation> = {
  id: 'version-intolerance',
  severity: 'medium',
  title: 'The server breaks off when TLS 1.3 is offered',
  why: 'RFC 8446 asks it to choose an older version; senders that do not try again cannot reach it encrypted.',
  next: 'Ask the provider to update the server, or the device in front of it.',
  look: (seen) => lookAtProbe(seen, 'version-intolerance'),
}
