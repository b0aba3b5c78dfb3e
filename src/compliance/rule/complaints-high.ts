import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const complaintsHigh: Rule = {
  id: 'complaints-high',
  severity: 'error',
  title: 'Too many recipients report spam',
  why: 'Gmail wants complaints under 0.1 % and never at 0.3 %, and 0.3 % is told of Yahoo too; above that mail goes to the spam folder, or nowhere. Gmail sends no reports itself: Postmaster Tools has its figure.',
  next: 'Write to those alone who open and asked; make leaving easier; look at Postmaster Tools.',
  sources: [sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: ({ history }) => {
    if (!history || history.month.sent < 1_000) return undefined
    const { sent, complaints } = history.month
    const share = complaints / sent
    const said = `${complaints} of ${sent} messages in 30 days (${(100 * share).toFixed(2)} %)`
    return share >= 0.003 ? broken(said) : share >= 0.001 ? broken(said, 'warning') : kept
  },
}
