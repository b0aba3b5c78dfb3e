import { visible } from '../../escape.ts'
import { isFirstLineOnly } from '../../policy/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { outcome } from './outcome.ts'

/** Case 18. */
export const starttlsFirstLine: Rule<HostObservation> = {
  id: 'starttls-first-line',
  severity: 'medium',
  title: 'STARTTLS stands in the first line of the answer to EHLO',
  why: 'The first line is the greeting and no keyword (RFC 5321 4.1.1.1): many senders do not see it and use plaintext.',
  next: 'Ask the provider to list STARTTLS on a line of its own.',
  look: (seen) =>
    isFirstLineOnly(seen.decisive.record)
      ? `asked for all the same: ${seen.decisive.end.kind === 'secure' ? 'TLS works' : visible(outcome(seen))}`
      : undefined,
}
