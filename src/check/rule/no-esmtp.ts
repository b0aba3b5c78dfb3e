import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 13. */
export const noEsmtp: Rule<HostObservation> = {
  id: 'no-esmtp',
  severity: 'high',
  title: 'The server does not know EHLO',
  why: 'Without EHLO there is no STARTTLS, so this mail travels readable; often a filter in front of the server is at fault.',
  next: 'Ask the provider, or the operator of the filter, to let EHLO through.',
  look: (seen) =>
    seen.decisive.record.helo ? seen.decisive.record.rejected.map((entry) => visible(entry.said.text)).join('; ') : undefined,
}
