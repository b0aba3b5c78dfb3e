import { visible } from '../../escape.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const spfInvalid: Rule = {
  id: 'spf-invalid',
  severity: 'error',
  title: 'The SPF record is broken',
  why: 'A record with one wrong term, or a second record, counts as none at all with most receivers (permerror).',
  next: 'Correct the term named; of several records make one.',
  sources: [rfc(7208, '4.6'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { spf } = facts.dns
    const weight = weighBulk(facts, ['gmail', 'yahoo', 'outlook'])
    if (spf.kind === 'several') return broken(`${facts.sender.envelopeDomain} has ${spf.count} SPF records`, weight)
    if (spf.kind !== 'record') return undefined
    const [fault] = spf.faults
    if (fault) return broken(`${visible(fault.domain)}: ${visible(fault.why, 200)}`, weight)
    return spf.unanswered.length > 0 ? untested(`${visible(spf.unanswered.join(', '), 200)} gave no answer`) : kept
  },
}
