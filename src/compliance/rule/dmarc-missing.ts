import { visible } from '../../escape.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const dmarcMissing: Rule = {
  id: 'dmarc-missing',
  severity: 'error',
  title: 'The domain of From has no DMARC record',
  why: 'Gmail, Yahoo and Outlook.com ask bulk senders for one, with p=none at the least.',
  next: 'Publish a TXT record at _dmarc of the domain: v=DMARC1; p=none; rua=mailto:… and raise p later.',
  sources: [rfc(7489, '6.6.3'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { dmarc } = facts.dns
    if (dmarc.kind === 'temporary') return untested(`the DNS gives no answer: ${visible(dmarc.detail)}`)
    return dmarc.kind === 'none'
      ? broken(`nothing is at _dmarc.${facts.sender.domain}`, weighBulk(facts, ['gmail', 'yahoo', 'outlook']))
      : kept
  },
}
