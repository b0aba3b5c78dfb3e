import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { listLinks, isLocal } from '../link.ts'
import { rfc } from '../source.ts'

export const linkLocal: Rule = {
  id: 'link-local',
  severity: 'error',
  title: 'A link goes to a machine of your own',
  why: 'Nobody outside can open it; it was left over from a test.',
  next: 'Put the public address in its place.',
  sources: [rfc(6761, '6')],
  receivers: [],
  look: (facts) => {
    const found = listLinks(facts).web.find(({ host }) => isLocal(host) || /^127\.|^::1$/.test(host))
    return found ? broken(visible(found.href, 100)) : kept
  },
}
