import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9051 6.1.1, RFC 5804 2.4, RFC 2449. Case 46. */
export const capabilitiesRefused: Rule<HostObservation> = {
  id: 'capabilities-refused',
  severity: 'medium',
  title: 'The server does not say what it can do',
  why: 'Whether it offers TLS cannot be told, and programs that ask first do not get on.',
  next: 'Show the provider the transcript.',
  look: (seen) =>
    seen.judgement.cause === 'capabilities-refused' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined,
}
