import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const consentMissing: Rule = {
  id: 'consent-missing',
  severity: 'warning',
  title: 'The list does not say that its people agreed',
  why: 'GDPR 7(1): whoever relies on consent must be able to show it. ePrivacy article 13(1) wants it before the first message; 13(2) excepts own customers who are told of similar products, and can object.',
  next: 'Keep when, how and where each person agreed, in a column such as consent_at.',
  sources: [sources.gdpr, sources.eprivacy],
  receivers: [],
  look: ({ list }) => {
    if (!list.consent) return broken('there is no column of consent')
    const missing = list.recipients - list.consent.filled
    return missing > 0
      ? broken(`${missing} of ${list.recipients} rows have nothing in ${visible(list.consent.column, 50)}`)
      : kept
  },
}
