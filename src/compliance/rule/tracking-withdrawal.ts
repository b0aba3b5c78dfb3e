import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachSample } from './sample.ts'

export const trackingWithdrawal: Rule = {
  id: 'tracking-withdrawal',
  severity: 'warning',
  title: 'The messages show no way to take back the consent to be counted',
  why: 'A consent is taken back as easily as it was given (GDPR 7(3)); the CNIL and the Garante ask for that in mail that counts, and leaving the list is more than the reader wants.',
  next: 'Put {{ tracking_optout }} where readers find it, in the text and in the HTML.',
  sources: [sources.gdpr, sources.cnil, sources.garante],
  receivers: [],
  look: (facts) => {
    const { tracking } = facts
    if (!tracking) return undefined
    const way = `${tracking.baseUrl}/t/`
    return eachSample(facts, ({ text, html }) => {
      const parts = [text?.includes(way), html?.links.some(({ href }) => href.startsWith(way))].filter((one) => one !== undefined)
      if (parts.every(Boolean)) return kept
      return parts.some(Boolean) ? broken('one of text and HTML has no such link', 'info') : broken(`there is no link to ${way}…`)
    })
  },
}
