import { visible } from '../../escape.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const spfRelay: Rule = {
  id: 'spf-relay',
  severity: 'warning',
  title: 'The SPF record does not name the provider that the mail goes through',
  why: 'Unless the provider sends with a return path of its own, SPF fails for all of the campaign.',
  next: 'Include what the provider tells its customers to, or set up a return path at the provider; see sealpost esp show.',
  sources: [rfc(7208, '5.2'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: ({ dns, route, sender }) => {
    if (route.kind !== 'relay' || dns.spf.kind !== 'record') return undefined
    if (dns.spfNamesRelay === undefined)
      return untested(
        `which addresses ${visible(route.provider?.name ?? route.host ?? 'the relay')} sends from is not known here`,
      )
    return dns.spfNamesRelay ? kept : broken(`${sender.envelopeDomain} does not include ${visible(route.provider?.name ?? 'it')}`)
  },
}
