import { isAligned } from '../../dmarc/index.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { hasSpf } from './spfState.ts'

export const dmarcAlignment: Rule = {
  id: 'dmarc-alignment',
  severity: 'error',
  title: 'Neither SPF nor DKIM is of the domain of From',
  why: 'DMARC counts only what passes for the domain that people see. Without that Gmail answers 4.7.32 or 5.7.32, Outlook.com 550 5.7.515.',
  next: 'Sign with the domain of From (d=), or use a return path of that domain; at a provider, set up a domain of your own.',
  sources: [rfc(7489, '3.1'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { dns, signatures, sender, route } = facts
    const found = dns.dmarc.kind === 'found' && dns.dmarc.record.kind === 'policy' ? dns.dmarc.record : undefined
    const { spf = 'relaxed', dkim = 'relaxed' } = found ?? {}
    const passes = signatures.filter(({ result }) => result === 'verifies')
    if (passes.some(({ domain }) => isAligned(sender.domain, domain, dkim))) return kept
    const spfPasses = hasSpf(facts)
    if (isAligned(sender.domain, sender.envelopeDomain, spf) && spfPasses === true) return kept
    if (route.kind === 'relay') return untested('it depends on how the relay signs, and on its return path')
    if (signatures.some(({ result }) => result === 'temporary') || spfPasses === undefined)
      return untested(dns.addressesUnknown ?? 'the DNS gave no answer')
    // Where nothing passes at all there is nothing to be aligned, and another rule says so.
    if (passes.length === 0 && !spfPasses) return undefined
    const names = passes.map(({ domain }) => `signed by ${domain}`).join(', ') || 'no signature verifies'
    return broken(
      `From is of ${sender.domain}; ${names}; return path of ${sender.envelopeDomain}${spfPasses ? '' : ' without SPF'}`,
      weighBulk(facts, ['gmail', 'yahoo', 'outlook']),
    )
  },
}
