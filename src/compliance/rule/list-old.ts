import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const listOld: Rule = {
  id: 'list-old',
  severity: 'warning',
  title: 'The list is old',
  why: 'Addresses die and become traps, and people forget that they signed up. GDPR 5(1)(d): what is kept of people is to be kept up to date.',
  next: 'Import it anew, and leave out who has not been written to for a year.',
  sources: [sources.gdpr],
  receivers: [],
  look: ({ list, now }) => {
    const days = Math.floor((now - list.writtenAt) / 86_400_000)
    return days > 180 ? broken(`it was last written ${days} days ago`, days > 365 ? 'warning' : 'info') : kept
  },
}
