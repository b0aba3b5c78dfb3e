import { isIP } from 'node:net'
import { findOrganisation } from '../../dmarc/index.ts'
import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { isLocal } from '../link.ts'

export const trackingDomain: Rule = {
  id: 'tracking-domain',
  severity: 'error',
  title: 'Links that are counted go over an address that does not suit them',
  why: 'Over http, whoever is on the way sees what is followed and can send readers elsewhere. Over the domain of somebody else, filters and readers take the links for phishing.',
  next: 'Set server.baseUrl to an https address below the domain of From, such as https://news.shop.example.',
  sources: [],
  receivers: [],
  look: ({ tracking, sender }) => {
    const url = tracking && URL.parse(tracking.baseUrl)
    if (!url) return undefined
    const { protocol, hostname, href } = url
    // What leads to this machine or an address is told by other rules.
    if (protocol !== 'https:' && !isLocal(hostname)) return broken(visible(href, 100))
    if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || isLocal(hostname)) return undefined
    const own = findOrganisation(sender.domain)
    return findOrganisation(hostname) === own
      ? kept
      : broken(`${visible(hostname, 100)} is none of ${visible(own ?? sender.domain, 100)}`, 'warning')
  },
}
