import type { HostObservation, Rule } from '../finding.ts'

/** Case 6. */
export const bareLineFeed: Rule<HostObservation> = {
  id: 'bare-line-feed',
  severity: 'low',
  title: 'Replies end in a bare line feed',
  why: 'SMTP lines end in CR LF (RFC 5321 2.3.8); some clients wait for ever.',
  next: 'Tell the provider.',
  look: ({ decisive: { record } }) => (record.oddities.includes('bare-lf') ? 'a reply line ended in LF without CR' : undefined),
}
