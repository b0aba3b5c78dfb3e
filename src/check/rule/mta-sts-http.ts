import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsHttp: Rule<DomainObservation> = {
  id: 'mta-sts-http',
  severity: 'medium',
  title: 'The policy host does not speak proper HTTP',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to serve the policy with an ordinary web server.",
  look: (seen) => tellFailure(seen, 'http'),
}
