import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** Case 61. */
export const nullMxAmongOthers: Rule<DomainObservation> = {
  id: 'null-mx-among-others',
  severity: 'medium',
  title: 'A null MX stands beside others',
  why: '"0 ." says that the domain takes no mail (RFC 7505 3), the others say where it goes.',
  next: "Tell the domain's owner to take one of them out.",
  look: (seen) => (seen.route.kind === 'hosts' && seen.route.nullAmongOthers ? 'MX 0 . beside other MX records' : undefined),
}
