import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsStatus: Rule<DomainObservation> = {
  id: 'mta-sts-status',
  severity: 'medium',
  title: 'The policy host has no policy to give',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to serve the policy at /.well-known/mta-sts.txt with status 200.",
  look: (seen) => tellFailure(seen, 'http-status'),
}
