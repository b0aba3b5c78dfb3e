import { visible } from '../../escape.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const spfFails: Rule = {
  id: 'spf-fails',
  severity: 'error',
  title: 'SPF does not pass for an address that mail leaves from',
  why: 'To receivers the mail looks as if somebody else used your name.',
  next: 'Add the address to the SPF record of the domain of the return path (ip4: or ip6:).',
  sources: [rfc(7208, '2.6'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { dns, route } = facts
    if (route.kind === 'relay' || dns.spf.kind !== 'record') return undefined
    if (dns.addressesUnknown !== undefined) return untested(dns.addressesUnknown)
    const weight = weighBulk(facts, ['gmail', 'yahoo', 'outlook'])
    const bad = dns.spfResults.find(({ spf }) => spf.result !== 'pass' && spf.result !== 'temperror')
    if (bad) return broken(`${bad.address}: ${bad.spf.result}, ${visible(bad.spf.reason, 200)}`, weight)
    const late = dns.spfResults.find(({ spf }) => spf.result === 'temperror')
    return late ? untested(`${late.address}: ${visible(late.spf.reason, 200)}`) : kept
  },
}
