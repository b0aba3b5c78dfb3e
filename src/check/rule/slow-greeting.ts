import type { HostObservation, Rule } from '../finding.ts'

/** Cases 3, 4. */
export const slowGreeting: Rule<HostObservation> = {
  id: 'slow-greeting',
  severity: 'info',
  title: 'The greeting came slowly',
  why: 'Some servers let senders wait to find out who is impatient; Sealpost waits.',
  next: 'Nothing needs to be done.',
  look: ({ decisive: { record } }) =>
    record.greetingMs !== undefined && record.greetingMs >= 5000
      ? `greeting after ${Math.round(record.greetingMs / 1000)} s`
      : undefined,
}
