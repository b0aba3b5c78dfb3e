import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsTimeout: Rule<DomainObservation> = {
  id: 'mta-sts-timeout',
  severity: 'medium',
  title: 'The policy host is too slow',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to let the policy host answer within seconds.",
  look: (seen) => tellFailure(seen, 'timeout'),
}
