import { isIP } from 'node:net'
import { findOrganisation } from '../../dmarc/index.ts'
import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks } from '../link.ts'

export const linkForeign: Rule = {
  id: 'link-foreign',
  severity: 'info',
  title: 'The links lead to another domain than From',
  why: 'Filters rate the domains of links; a shared domain of a tracking service brings the bad name of its other users.',
  next: 'Let links and clicks go over a domain of your own.',
  sources: [],
  receivers: [],
  look: (facts) => {
    const { web } = listLinks(facts)
    const own = findOrganisation(facts.sender.domain)
    const foreign = web.filter(({ host }) => isIP(host) === 0 && findOrganisation(host) !== own)
    return web.length > 0 && foreign.length === web.length
      ? broken(visible([...new Set(foreign.map(({ host }) => host))].slice(0, 3).join(', '), 150))
      : kept
  },
}
