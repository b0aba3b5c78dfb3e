import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8701. Case 56. */
export const extensionIntolerance: Rule<HostObservation> = {
  id: 'extension-intolerance',
  severity: 'low',
  title: 'The server breaks off at extensions that it does not know',
  why: 'Clients of tomorrow cannot reach it encrypted.',
  next: 'Ask the provider to update the server, or the device in front of it.',
  look: (seen) => lookAtProbe(seen, 'extension-intolerance'),
}
