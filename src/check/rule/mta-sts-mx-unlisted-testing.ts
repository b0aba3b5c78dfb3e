import { tellUnlisted } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 4.1, 5. Case 67. */
export const mtaStsMxUnlistedTesting: Rule<DomainObservation> = {
  id: 'mta-sts-mx-unlisted-testing',
  severity: 'medium',
  title: 'The MTA-STS policy, still in testing, does not name a mail server of the domain',
  why: 'Once it is enforced, senders that heed it give this server no mail.',
  next: "Ask the domain's owner to add the server to the policy, and to give the record a new id.",
  look: (seen) => tellUnlisted(seen, 'testing'),
}
