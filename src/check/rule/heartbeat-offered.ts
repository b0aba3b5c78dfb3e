import { lookAtExtension } from './extension.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 6520. Case 59. */
export const heartbeatOffered: Rule<HostObservation> = {
  id: 'heartbeat-offered',
  severity: 'info',
  title: 'The heartbeat extension is on',
  why: 'Nobody needs it over TCP, and it is what Heartbleed was in.',
  next: 'Ask the provider to switch it off.',
  look: (seen) => lookAtExtension(seen, 'heartbeat', true),
}
