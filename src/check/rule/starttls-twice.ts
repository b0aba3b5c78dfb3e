import type { HostObservation, Rule } from '../finding.ts'

/** Case 19. */
export const starttlsTwice: Rule<HostObservation> = {
  id: 'starttls-twice',
  severity: 'info',
  title: 'STARTTLS is listed twice',
  why: 'It counts once.',
  next: 'Nothing needs to be done.',
  look: ({ decisive: { record } }) =>
    (record.ehlo?.extensions.filter((extension) => extension.keyword === 'STARTTLS').length ?? 0) > 1
      ? 'STARTTLS on more than one line'
      : undefined,
}
