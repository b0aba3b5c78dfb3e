import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 2.1.2, 2.2.1. Case 72. */
export const daneLookupFailed: Rule<StandingObservation> = {
  id: 'dane-lookup-failed',
  severity: 'high',
  title: "The server's TLSA records cannot be looked up",
  why: 'They may be there, and somebody who wants the mail may keep them from us: senders that heed DANE count the server as unreachable, and their mail waits.',
  next: 'Ask the administrator of its DNS to answer questions for TLSA, also where there is no such record, and to check the signatures of the zone.',
  look: ({ seen, standing: { known } }) =>
    known.lookup?.kind === 'failed' ? `${visible(seen.endpoint.host)}: ${visible(known.dane.words)}` : undefined,
}
