import { describeMatch } from '../../dane/index.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 3.2.3. Case 50. */
export const daneCommonName: Rule<StandingObservation> = {
  id: 'dane-common-name',
  severity: 'info',
  title: 'The certificate that a TLSA record vouches for has its name in the common name only',
  why: 'DANE takes it; senders that go by MTA-STS do not.',
  next: 'Put the name among the alternative names when the certificate is renewed.',
  look: ({ standing: { match } }) =>
    match?.kind === 'matched' && match.name?.by === 'common-name' ? describeMatch(match) : undefined,
}
