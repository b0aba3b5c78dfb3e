import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsRedirect: Rule<DomainObservation> = {
  id: 'mta-sts-redirect',
  severity: 'medium',
  title: 'The policy host redirects, which no sender follows',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to serve the policy at the policy host itself.",
  look: (seen) => tellFailure(seen, 'redirect'),
}
