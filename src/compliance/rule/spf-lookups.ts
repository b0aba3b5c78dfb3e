import { maxLookups } from '../../spf/index.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const spfLookups: Rule = {
  id: 'spf-lookups',
  severity: 'error',
  title: 'The SPF record costs more than ten DNS look-ups',
  why: 'Receivers stop at ten and count the record as broken, for whichever address comes behind that point.',
  next: 'Take out providers that you no longer use, or write their networks as ip4: and ip6: terms.',
  sources: [rfc(7208, '4.6.4'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { spf } = facts.dns
    if (spf.kind !== 'record') return undefined
    if (spf.lookups > maxLookups) return broken(`${spf.lookups} look-ups`, weighBulk(facts, ['gmail', 'yahoo', 'outlook']))
    return spf.unanswered.length > 0 ? untested('a part of the record gave no answer, and may cost more') : kept
  },
}
