import { lifetimes, tellPolicy } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.2. Case 68. */
export const mtaStsPolicyOdd: Rule<DomainObservation> = {
  id: 'mta-sts-policy-odd',
  severity: 'info',
  title: 'The policy is not written as it should be',
  why: 'It counts all the same here; other senders may be stricter.',
  next: "Ask the domain's owner to tidy it up.",
  look: (seen) =>
    tellPolicy(seen, (warning) => (warning.kind === 'unknown-key' ? warning.meant === undefined : !lifetimes.has(warning.kind))),
}
