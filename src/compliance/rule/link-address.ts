import { isIP } from 'node:net'
import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks } from '../link.ts'

export const linkAddress: Rule = {
  id: 'link-address',
  severity: 'warning',
  title: 'A link goes to an IP address',
  why: 'Honest sites have names: filters take it for phishing.',
  next: 'Link to the name of the site.',
  sources: [],
  receivers: [],
  look: (facts) => {
    const found = listLinks(facts).web.find(({ host }) => isIP(host) !== 0)
    return found ? broken(visible(found.href, 100)) : kept
  },
}
