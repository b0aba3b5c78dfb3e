import { findField } from '../../mime/read/index.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const unsubscribeUnsigned: Rule = {
  id: 'unsubscribe-unsigned',
  severity: 'error',
  title: 'The signature does not cover the unsubscribe headers',
  why: 'One-click counts only where a DKIM signature that verifies covers both headers.',
  next: 'Sign the messages, with List-Unsubscribe and List-Unsubscribe-Post among the headers signed.',
  sources: [rfc(8058, '4'), sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: (facts) => {
    const [sample] = facts.samples
    if (!sample || findField(sample.fields, 'list-unsubscribe') === undefined) return undefined
    const covers = facts.signatures.some(
      ({ headers }) => headers.includes('list-unsubscribe') && headers.includes('list-unsubscribe-post'),
    )
    if (covers) return kept
    if (facts.signatures.length === 0 && facts.route.kind === 'relay') return untested('the relay may sign what passes it')
    return broken(
      facts.signatures.length === 0 ? 'there is no signature' : 'h= leaves them out',
      weighBulk(facts, ['gmail', 'yahoo']),
    )
  },
}
