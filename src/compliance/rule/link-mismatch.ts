import { findOrganisation } from '../../dmarc/index.ts'
import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks } from '../link.ts'
import { sources } from '../source.ts'

export const linkMismatch: Rule = {
  id: 'link-mismatch',
  severity: 'warning',
  title: 'A link shows one address and leads to another',
  why: 'That is what phishing does: mail programs warn of it, and filters count it.',
  next: 'Show words in place of an address, or the address that it leads to.',
  sources: [sources.gmail],
  receivers: ['gmail'],
  look: (facts) => {
    const found = listLinks(facts).web.find(({ text, host }) => {
      const shown = /^(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#:]\S*)?$/i.exec(text.trim())?.[1]?.toLowerCase()
      return shown !== undefined && findOrganisation(shown) !== findOrganisation(host)
    })
    return found ? broken(`shows ${visible(found.text, 60)}, leads to ${visible(found.host, 60)}`) : kept
  },
}
