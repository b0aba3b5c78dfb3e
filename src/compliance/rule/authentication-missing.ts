import { weighAll } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources } from '../source.ts'
import { hasSpf } from './spfState.ts'

export const authenticationMissing: Rule = {
  id: 'authentication-missing',
  severity: 'error',
  title: 'Neither SPF nor DKIM vouches for the mail',
  why: 'Gmail and Yahoo refuse mail from anybody for whom neither passes, however little it is.',
  next: 'Set up SPF or DKIM at the least, and both for bulk mail.',
  sources: [sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: (facts) => {
    const { signatures, dns, route } = facts
    const spf = hasSpf(facts)
    if (signatures.some(({ result }) => result === 'verifies') || spf === true) return kept
    if (route.kind === 'relay') return untested('the relay may sign what passes it, and use a return path of its own')
    if (spf === undefined || signatures.some(({ result }) => result === 'temporary'))
      return untested(dns.addressesUnknown ?? 'the DNS gave no answer')
    return broken('no signature that verifies, and no SPF that passes', weighAll(facts, ['gmail', 'yahoo']))
  },
}
