import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsContentType: Rule<DomainObservation> = {
  id: 'mta-sts-content-type',
  severity: 'medium',
  title: 'The policy is not served as plain text',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to serve the policy as text/plain.",
  look: (seen) => tellFailure(seen, 'content-type'),
}
