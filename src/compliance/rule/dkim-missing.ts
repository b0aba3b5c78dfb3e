import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const dkimMissing: Rule = {
  id: 'dkim-missing',
  severity: 'error',
  title: 'The messages bear no DKIM signature',
  why: 'Bulk mail without DKIM is refused by Gmail, Yahoo and Outlook.com, and one-click unsubscribing does not count without it.',
  next: 'Make a key with sealpost dkim new, publish its record, and name it in the campaign.',
  sources: [sources.gmail, sources.yahoo, sources.outlook, rfc(6376, '1')],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) => {
    if (facts.signatures.length > 0) return kept
    if (facts.samples.length === 0) return untested('no message could be made to look at')
    if (facts.route.kind === 'relay') return untested('the relay may sign what passes it: look at a message that came through it')
    return broken('a message of this campaign has none', weighBulk(facts, ['gmail', 'yahoo', 'outlook']))
  },
}
