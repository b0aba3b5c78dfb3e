import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const trackingConsent: Rule = {
  id: 'tracking-consent',
  severity: 'warning',
  title: 'Clicks or openings are counted without a consent to it that can be shown',
  why: 'Article 5(3) of the ePrivacy directive asks for consent before a link or a picture tells who did what; authorities hold that for mail, beside the consent to get it, and want it taken back as easily.',
  next: 'Name the column that says who agreed with tracking.consent: the others are not counted. Say in the privacy notice what is counted (docs/tracking.md has words for it).',
  sources: [sources.eprivacyDevice, sources.edpb, sources.cnil, sources.garante, sources.gdpr],
  receivers: [],
  look: ({ tracking, list }) => {
    if (!tracking) return undefined
    if (tracking.consent !== undefined) return kept
    const { clicks, opens } = tracking
    const what = clicks && opens ? 'clicks and openings are' : clicks ? 'clicks are' : 'openings are'
    if (!list.consent) return broken(`${what} counted, and no column of the list says that anybody agreed to it`)
    const column = visible(list.consent.column, 50)
    const filled = `${list.consent.filled} of ${list.recipients} rows have something in ${column}`
    return broken(`${what} counted; ${filled}, and whether that was said of counting too a program cannot tell`)
  },
}
