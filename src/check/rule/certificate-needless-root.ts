import type { HostObservation, Rule } from '../finding.ts'
import { listProblems, nameLink } from './certificate.ts'

/** RFC 8446 4.4.2; RFC 7671 5.2.2 for DANE. Case 53. */
export const certificateNeedlessRoot: Rule<HostObservation> = {
  id: 'certificate-needless-root',
  severity: 'info',
  title: "The authority's own certificate is sent as well",
  why: 'Whoever trusts the authority has it: it makes each handshake longer and nothing safer.',
  next: 'It can be left out, unless a TLSA record (DANE-TA) names it: then it has to be sent.',
  look: (seen) => listProblems(seen, 'needless-root', nameLink),
}
