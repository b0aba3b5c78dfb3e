import { findFields } from '../../mime/read/index.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const headerTwice: Rule = {
  id: 'header-twice',
  severity: 'error',
  title: 'A header stands there twice',
  why: 'One reader shows the first and another the last; Gmail refuses messages with two of what may be there once.',
  next: 'Take the second out of the headers of the campaign.',
  sources: [rfc(5322, '3.6'), sources.gmail],
  receivers: ['gmail'],
  look: (facts) =>
    eachSample(facts, ({ fields }) => {
      const single = [
        'from',
        'sender',
        'reply-to',
        'to',
        'cc',
        'subject',
        'list-unsubscribe',
        'list-unsubscribe-post',
        'mime-version',
        'content-type',
      ]
      const twice = single.find((name) => findFields(fields, name).length > 1)
      return twice === undefined ? kept : broken(twice)
    }),
}
