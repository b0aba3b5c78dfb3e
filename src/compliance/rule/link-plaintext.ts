import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks, isLocal } from '../link.ts'
import { rfc } from '../source.ts'

export const linkPlaintext: Rule = {
  id: 'link-plaintext',
  severity: 'warning',
  title: 'A link goes to http',
  why: 'Whoever is on the way can read and change what the reader does there; browsers warn of it.',
  next: 'Use https.',
  sources: [rfc(9110, '4.2.2')],
  receivers: [],
  look: (facts) => {
    const [first, ...more] = listLinks(facts).web.filter(({ url, host }) => url.protocol === 'http:' && !isLocal(host))
    return first ? broken(`${visible(first.href, 100)}${more.length > 0 ? ` and ${more.length} more` : ''}`) : kept
  },
}
