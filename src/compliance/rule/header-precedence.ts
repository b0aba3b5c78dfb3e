import { findField } from '../../mime/read/index.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const headerPrecedence: Rule = {
  id: 'header-precedence',
  severity: 'info',
  title: 'The message does not say that it is bulk',
  why: 'Answering machines keep quiet at Precedence: bulk.',
  next: 'Leave the Precedence header as Sealpost sets it.',
  sources: [rfc(3834, '2')],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ fields }) =>
      /^(?:bulk|list)$/i.test(findField(fields, 'precedence') ?? '') || findField(fields, 'list-id') !== undefined
        ? kept
        : broken('neither Precedence: bulk nor List-Id'),
    ),
}
