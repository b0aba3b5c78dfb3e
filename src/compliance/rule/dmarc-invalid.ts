import { visible } from '../../escape.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const dmarcInvalid: Rule = {
  id: 'dmarc-invalid',
  severity: 'error',
  title: 'The DMARC record is broken',
  why: 'A record that cannot be read, or a second one, counts as none.',
  next: 'Correct it: v=DMARC1 first, then p=none, p=quarantine or p=reject; one record only.',
  sources: [rfc(7489, '6.3'), rfc(7489, '6.6.3'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    const { dmarc } = facts.dns
    const weight = weighBulk(facts, ['gmail', 'yahoo', 'outlook'])
    if (dmarc.kind === 'several') return broken(`${dmarc.count} records are at _dmarc.${dmarc.at}`, weight)
    if (dmarc.kind !== 'found') return undefined
    const { record } = dmarc
    if (record.kind === 'malformed') return broken(`${record.why}: ${visible(record.text, 150)}`, weight)
    if (record.assumed) return broken('p= is missing or unknown, and counts as none', 'warning')
    return record.odd.length > 0 ? broken(`passed over: ${visible(record.odd.join(', '), 150)}`, 'info') : kept
  },
}
