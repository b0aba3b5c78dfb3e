import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 2.2. Case 73. */
export const daneWithoutStarttls: Rule<StandingObservation> = {
  id: 'dane-without-starttls',
  severity: 'high',
  title: 'The server has TLSA records, and no encryption',
  why: 'Its owner has published that it always encrypts: either that was forgotten, or somebody on the way takes STARTTLS out of what it says. Mail waits.',
  next: "Compare from another network, and ask the host's administrator to offer STARTTLS again.",
  look: ({ seen, standing: { known, judgement } }) =>
    (known.lookup?.kind === 'usable' || known.lookup?.kind === 'unusable') && judgement.verdict === 'plaintext'
      ? `${visible(seen.endpoint.host)}: ${judgement.words}; ${visible(known.dane.words)}`
      : undefined,
}
