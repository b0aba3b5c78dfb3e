import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.2. Case 68. */
export const mtaStsMalformed: Rule<DomainObservation> = {
  id: 'mta-sts-malformed',
  severity: 'medium',
  title: 'The policy is malformed, so it does not count',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to correct the policy: version: STSv1, mode, one mx a line, max_age.",
  look: (seen) => tellFailure(seen, 'malformed'),
}
