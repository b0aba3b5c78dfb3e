import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'

export const spfEveryone: Rule = {
  id: 'spf-everyone',
  severity: 'error',
  title: 'The SPF record lets everybody send in your name',
  why: 'With +all, or a network that holds every address, any spammer passes SPF as you, and DMARC with it.',
  next: 'End the record in -all or ~all, and list your senders before it.',
  sources: [rfc(7208, '5.1')],
  receivers: [],
  look: ({ dns: { spf } }) =>
    spf.kind !== 'record' ? undefined : spf.everyone === undefined ? kept : broken(`by the record of ${visible(spf.everyone)}`),
}
