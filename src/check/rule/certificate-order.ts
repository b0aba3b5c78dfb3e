import type { HostObservation, Rule } from '../finding.ts'
import { listProblems, nameLink } from './certificate.ts'

/** RFC 5246 7.4.2, RFC 8446 4.4.2. Case 53. */
export const certificateOrder: Rule<HostObservation> = {
  id: 'certificate-order',
  severity: 'low',
  title: 'The certificates are sent in the wrong order',
  why: 'Each has to certify the one before it. Most senders put them in order, some old and small ones give up.',
  next: "Ask the provider to write them into the file in order: the server's own, its issuer, the issuer's issuer.",
  look: (seen) => listProblems(seen, 'wrong-order', (problem) => `${nameLink(problem)} comes after its issuer`),
}
