import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const bouncesHigh: Rule = {
  id: 'bounces-high',
  severity: 'warning',
  title: 'Too many addresses of your lists are gone',
  why: 'Many unknown recipients mark an old or bought list: receivers slow down or refuse the rest.',
  next: 'Take in the bounces (sealpost bounces read), and clean the list before the next campaign.',
  sources: [sources.outlook],
  receivers: ['outlook'],
  look: ({ history }) => {
    if (!history || history.month.sent < 1_000) return undefined
    const { sent, hardBounces } = history.month
    return hardBounces / sent >= 0.02
      ? broken(`${hardBounces} of ${sent} messages in 30 days (${((100 * hardBounces) / sent).toFixed(1)} %)`)
      : kept
  },
}
