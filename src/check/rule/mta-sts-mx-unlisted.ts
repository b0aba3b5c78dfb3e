import { tellUnlisted } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 4.1. Case 67. */
export const mtaStsMxUnlisted: Rule<DomainObservation> = {
  id: 'mta-sts-mx-unlisted',
  severity: 'high',
  title: 'The MTA-STS policy does not name a mail server of the domain',
  why: 'Senders that heed the policy give this server no mail: either the policy was forgotten when servers changed, or somebody put a server of his own into DNS.',
  next: "Ask the domain's owner to add the server to the policy, and to give the record a new id; check that it is one of theirs.",
  look: (seen) => tellUnlisted(seen, 'enforce'),
}
