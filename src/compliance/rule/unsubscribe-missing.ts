import { findField } from '../../mime/read/index.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const unsubscribeMissing: Rule = {
  id: 'unsubscribe-missing',
  severity: 'error',
  title: 'There is no one-click unsubscribing',
  why: 'Gmail and Yahoo ask bulk senders of marketing mail for it; who finds no way out reports spam.',
  next: 'Switch unsubscribing on, so that each message has List-Unsubscribe with an https address.',
  sources: [rfc(8058, '3.1'), sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: (facts) =>
    eachSample(facts, ({ fields }) =>
      findField(fields, 'list-unsubscribe') === undefined
        ? broken('no List-Unsubscribe', weighBulk(facts, ['gmail', 'yahoo']))
        : kept,
    ),
}
