import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { squeeze, looksPostal } from './postal.ts'
import { eachSample } from './sample.ts'

export const postalAddress: Rule = {
  id: 'postal-address',
  severity: 'warning',
  title: 'The message has no postal address',
  why: 'CAN-SPAM wants a valid physical postal address in every commercial message; other laws want the sender to be found as well.',
  next: 'Put it at the end of the message, and into campaign.yaml (identity.address), so that it can be looked for exactly.',
  sources: [sources.canSpam],
  receivers: [],
  look: (facts) => {
    const wanted = facts.sender.identity?.address
    return eachSample(facts, ({ text, html }) => {
      const said = [text ?? '', html?.text ?? '']
      if (wanted !== undefined)
        return said.some((part) => squeeze(part).includes(squeeze(wanted)))
          ? kept
          : broken('that of identity.address is not there')
      return said.some(looksPostal)
        ? kept
        : broken('nothing in it looks like one (a number and a street, a post box, a postcode and a town)')
    })
  },
}
