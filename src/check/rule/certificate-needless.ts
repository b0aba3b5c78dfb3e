import type { HostObservation, Rule } from '../finding.ts'
import { listProblems, nameLink } from './certificate.ts'

/** RFC 8446 4.4.2. Case 53. */
export const certificateNeedless: Rule<HostObservation> = {
  id: 'certificate-needless',
  severity: 'info',
  title: 'Certificates are sent that have no part in the chain',
  why: 'They make each handshake longer, and are often what is left of an earlier certificate.',
  next: 'Ask the provider to leave them out.',
  look: (seen) =>
    listProblems(seen, ['needless-certificate', 'duplicate', 'too-many'] as const, (problem) => {
      if (problem.kind === 'too-many') return `${problem.count} certificates`
      return problem.kind === 'duplicate' ? `${nameLink(problem)} was sent before` : nameLink(problem)
    }),
}
