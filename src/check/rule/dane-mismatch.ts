import { describeMatch } from '../../dane/index.ts'
import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 2.2. Cases 70, 71. */
export const daneMismatch: Rule<StandingObservation> = {
  id: 'dane-mismatch',
  severity: 'high',
  title: "The server's certificate is not the one that its TLSA records promise",
  why: 'Senders that heed DANE hold their mail back, as if somebody on the way posed as the server. That its authority vouches for it does not count.',
  next: "Ask the host's administrator to publish the TLSA record of a new certificate before it is put in place.",
  look: ({ standing: { match, known } }) => {
    if (known.lookup?.kind === 'not-tested') return { untested: `DANE was ${known.dane.words}` }
    if (!match) return undefined
    return match.kind === 'failed' ? `${visible(describeMatch(match))}; ${visible(known.dane.words)}` : { passed: true }
  },
}
