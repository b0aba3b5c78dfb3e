import { tellPolicy } from './sts.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 8461 3.2. Case 68. */
export const mtaStsTypo: Rule<DomainObservation> = {
  id: 'mta-sts-typo',
  severity: 'medium',
  title: 'The policy has a key that is misspelt, and so ignored',
  why: 'What the line was to say is not said: a mail server that stands there gets no mail from senders that heed the policy.',
  next: "Ask the domain's owner to correct the key.",
  look: (seen) => tellPolicy(seen, (warning) => warning.kind === 'unknown-key' && warning.meant !== undefined),
}
