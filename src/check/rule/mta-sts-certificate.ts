import { tellFailure } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.3. Case 68. */
export const mtaStsCertificate: Rule<DomainObservation> = {
  id: 'mta-sts-certificate',
  severity: 'medium',
  title: 'The certificate of the policy host is not good',
  why: "The domain's record promises a policy that nobody can have: senders that do not know it from before go on without, and an attacker on the way could strip the encryption.",
  next: "Ask the domain's owner to give the policy host a certificate of a public authority that names it, and TLS 1.2 or 1.3.",
  look: (seen) => tellFailure(seen, 'tls'),
}
