import { lifetimes, tellPolicy } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.2, 10.2. Case 68. */
export const mtaStsMaxAge: Rule<DomainObservation> = {
  id: 'mta-sts-max-age',
  severity: 'low',
  title: 'The policy is good for a short time only',
  why: 'Who keeps a sender from the policy host for that long makes it forget the policy, and can strip the encryption then.',
  next: "Ask the domain's owner to set max_age to some weeks, such as 2419200.",
  look: (seen) => tellPolicy(seen, ({ kind }) => lifetimes.has(kind)),
}
