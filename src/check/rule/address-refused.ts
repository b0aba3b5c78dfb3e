import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 5321 3.1: 554 as a greeting. Case 10. */
export const addressRefused: Rule<HostObservation> = {
  id: 'address-refused',
  severity: 'medium',
  title: 'The server refuses our address',
  why: 'It says nothing about TLS; the address is on a blocklist or has no reverse DNS name, and a campaign from here would not arrive.',
  next: 'Look up the address of this machine on the blocklist the server names, and see that it has a PTR record.',
  look: (seen) =>
    seen.judgement.cause === 'greeting-refused' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined,
}
