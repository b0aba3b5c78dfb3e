import { visible } from '../../escape.ts'
import { findFields } from '../../mime/read/index.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const headerMessageId: Rule = {
  id: 'header-message-id',
  severity: 'error',
  title: 'The message has no usable Message-ID',
  why: 'RFC 5322 wants one, Gmail refuses bulk mail without, and answers cannot be tied to it.',
  next: 'Take a Message-ID of your own out of the headers.',
  sources: [rfc(5322, '3.6.4'), sources.gmail],
  receivers: ['gmail'],
  look: (facts) =>
    eachSample(facts, ({ fields }) => {
      const ids = findFields(fields, 'message-id')
      const [id] = ids
      if (id === undefined || ids.length > 1) return broken(id === undefined ? 'it is missing' : `${ids.length} of them`)
      return /^<[^<>@\s]+@[^<>@\s]+>$/.test(id) ? kept : broken(visible(id, 80))
    }),
}
