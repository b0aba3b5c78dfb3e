import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const volumeJump: Rule = {
  id: 'volume-jump',
  severity: 'warning',
  title: 'Far more goes out than on the day before',
  why: 'Receivers that do not know such an amount from you slow down or refuse: Gmail asks to raise it slowly.',
  next: 'Send over several days (delivery.rules), or begin with those who opened last.',
  sources: [sources.gmail],
  receivers: ['gmail'],
  look: (facts) => {
    const { history, list } = facts
    const before = Math.max(history?.dayBefore.all ?? 0, history?.lastDay.all ?? 0)
    const now = list.recipients + (history?.lastDay.all ?? 0)
    if (list.public < 5_000) return kept
    return now > 3 * before ? broken(`${now} within a day, after ${before}`) : kept
  },
}
