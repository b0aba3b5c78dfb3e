import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 3.1.1, 3.1.2. Cases 50, 51, 70. */
export const daneAlone: Rule<StandingObservation> = {
  id: 'dane-alone',
  severity: 'low',
  title: 'The certificate is right by DANE alone',
  why: 'Its TLSA record makes it good whatever else is to be said of it. Senders that do not heed DANE see the rest, and cannot tell who the server is.',
  next: 'Nothing must be done for DANE; a certificate of a public authority serves other senders too.',
  look: ({ moot }) => (moot.length === 0 ? undefined : moot.map(({ rule, evidence }) => `${rule} (${evidence})`).join('; ')),
}
