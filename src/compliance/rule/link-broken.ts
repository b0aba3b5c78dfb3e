import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks } from '../link.ts'
import { rfc } from '../source.ts'

export const linkBroken: Rule = {
  id: 'link-broken',
  severity: 'warning',
  title: 'A link leads nowhere',
  why: 'Mail has no page that a relative address could start from; a broken one loses the reader.',
  next: 'Write the whole address, with https://.',
  sources: [rfc(3986, '4.1')],
  receivers: [],
  look: (facts) => {
    const [first, ...more] = listLinks(facts).broken
    return first === undefined
      ? kept
      : broken(
          `${first === '' || first === '#' ? 'an empty link' : visible(first, 100)}${more.length > 0 ? ` and ${more.length} more` : ''}`,
        )
  },
}
