import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** Case 62. */
export const mxUnusable: Rule<DomainObservation> = {
  id: 'mx-unusable',
  severity: 'high',
  title: 'An MX record points where no public mail server can be',
  why: 'A sender that follows it would knock on doors inside its own network.',
  next: 'Correct the MX record.',
  look: (seen) => {
    const bad = seen.hosts.flatMap((host) => (host.unusable === undefined ? [] : [`${visible(host.mx)}: ${host.unusable}`]))
    return bad.length === 0 ? undefined : bad.join('; ')
  },
}
