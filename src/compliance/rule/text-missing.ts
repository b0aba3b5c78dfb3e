import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const textMissing: Rule = {
  id: 'text-missing',
  severity: 'warning',
  title: 'The message has no text part',
  why: 'Filters count HTML alone against it, and some people and all watches show text.',
  next: 'Add a text template, or let it be made from the HTML.',
  sources: [rfc(2046, '5.1.4')],
  receivers: [],
  look: (facts) => eachSample(facts, ({ text, html }) => (html && (text ?? '').trim() === '' ? broken('HTML alone') : kept)),
}
