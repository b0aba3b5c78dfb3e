import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsHost: Rule<DomainObservation> = {
  id: 'mta-sts-host',
  severity: 'medium',
  title: 'The policy host cannot be reached',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to set up a web server for mta-sts. below the domain, with an address that everybody can reach.",
  look: (seen) => tellFailure(seen, 'no-address', 'connect'),
}
