import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** Case 60. */
export const mxImplicit: Rule<DomainObservation> = {
  id: 'mx-implicit',
  severity: 'info',
  title: 'The domain has no MX record',
  why: 'Mail goes to the address of the domain itself (RFC 5321 5.1), which is often a web server.',
  next: 'Publish an MX record.',
  look: (seen) =>
    seen.route.kind === 'hosts' && seen.route.implicit ? `no MX record, ${seen.domain} itself has an address` : undefined,
}
