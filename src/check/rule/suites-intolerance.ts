import type { HostObservation, Rule } from '../finding.ts'
import { lookAtProbe } from './probed.ts'

/** Case 56. */
export const suitesIntolerance: Rule<HostObservation> = {
  id: 'suites-intolerance',
  severity: 'low',
  title: 'The server breaks off when many suites are offered',
  why: 'Clients with long lists cannot reach it encrypted.',
  next: 'Ask the provider to update the server, or the device in front of it.',
  look: (seen) =>
    seen.survey?.manySuitesRefused
      ? 'a hello with more than 127 suites was refused, and the same in parts was taken'
      : lookAtProbe(seen, 'suites-intolerance'),
}
