import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 7685 1. Case 56. */
export const sizeIntolerance: Rule<HostObservation> = {
  id: 'size-intolerance',
  severity: 'medium',
  title: 'The server breaks off when a ClientHello is large',
  why: 'Senders with keys that resist quantum computers send more than one packet, and cannot reach it encrypted.',
  next: 'Ask the provider to update the server, or the device in front of it.',
  look: (seen) => lookAtProbe(seen, 'size-intolerance'),
}
