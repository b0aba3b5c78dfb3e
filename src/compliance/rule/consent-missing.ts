import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const consentMissing: Rule = {
  id: 'consent-missing',
  severity: 'warning',
  title: 'The list does not say that its people agreed',
  why: 'GDPR 7(1): who writes must be able to show the consent. ePrivacy article 13 wants it before the first message.',
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
