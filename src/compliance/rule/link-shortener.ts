import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks } from '../link.ts'
import { sources } from '../source.ts'

export const linkShortener: Rule = {
  id: 'link-shortener',
  severity: 'warning',
  title: 'A link goes through a shortener',
  why: 'Readers cannot see where it leads; blocklists list shorteners because spammers use them, and Gmail asks for links that can be understood.',
  next: 'Link to the page itself.',
  sources: [sources.gmail],
  receivers: ['gmail'],
  look: (facts) => {
    const shorteners = new Set(
      'bit.ly tinyurl.com t.co goo.gl ow.ly is.gd v.gd buff.ly rebrand.ly cutt.ly shorturl.at tiny.cc t.ly rb.gy lnkd.in s.id bl.ink'.split(
        ' ',
      ),
    )
    const found = listLinks(facts).web.find(({ host }) => shorteners.has(host.replace(/^www\./, '')))
    return found ? broken(visible(found.href, 100)) : kept
  },
}
