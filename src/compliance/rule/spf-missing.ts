import { visible } from '../../escape.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const spfMissing: Rule = {
  id: 'spf-missing',
  severity: 'error',
  title: 'The domain of the return path has no SPF record',
  why: 'Receivers cannot tell your servers from anybody who uses your name. Gmail, Yahoo and Outlook.com refuse bulk mail without SPF.',
  next: 'Publish a TXT record at the domain named that lists who sends for you, such as v=spf1 include:… -all.',
  sources: [rfc(7208, '3'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { spf } = facts.dns
    if (spf.kind === 'temporary') return untested(`the DNS gives no answer: ${visible(spf.detail)}`)
    return spf.kind === 'none' ? broken(facts.sender.envelopeDomain, weighBulk(facts, ['gmail', 'yahoo', 'outlook'])) : kept
  },
}
