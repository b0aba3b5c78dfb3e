import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 2.2, 3.1.3. Case 70. */
export const daneUnusable: Rule<StandingObservation> = {
  id: 'dane-unusable',
  severity: 'medium',
  title: 'None of the TLSA records can be used',
  why: 'They force senders to encrypt, and tell them nothing of the server: somebody on the way could pose as it.',
  next: "Ask the host's administrator to publish TLSA records 3 1 1 (or 2 1 1), with a whole SHA-256 digest.",
  look: ({ seen, standing: { known } }) =>
    known.lookup?.kind === 'unusable' ? `${visible(seen.endpoint.host)}: ${visible(known.dane.words)}` : undefined,
}
