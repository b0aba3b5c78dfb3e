import { visible } from '../../escape.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const fromNoMail: Rule = {
  id: 'from-no-mail',
  severity: 'error',
  title: 'The domain of From takes no mail',
  why: 'Nobody can answer, and many servers refuse senders in domains that do not exist or have no mail server.',
  next: 'Write from a domain that has a mail server, and read what arrives there.',
  sources: [rfc(5321, '5.1'), sources.outlook],
  receivers: ['outlook'],
  look: ({ dns: { from }, sender }) => {
    if (from.kind === 'temporary') return untested(`the DNS gives no answer: ${visible(from.detail)}`)
    if (from.kind === 'nxdomain') return broken(`${sender.domain} does not exist`)
    return from.kind === 'no-address' ? broken(`${sender.domain} has neither MX nor address`) : kept
  },
}
