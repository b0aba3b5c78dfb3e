import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2016-9244. Case 59. */
export const ticketbleed: Rule<HostObservation> = {
  id: 'ticketbleed',
  severity: 'high',
  title: 'The server bleeds memory into session ids (Ticketbleed)',
  why: 'Anybody can read parts of other connections.',
  next: 'Tell the provider to update the load balancer in front of it (F5 BIG-IP).',
  look: (seen) => lookAtProbe(seen, 'ticketbleed'),
}
