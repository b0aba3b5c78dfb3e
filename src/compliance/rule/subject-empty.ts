import { type Rule, broken, kept } from '../finding.ts'
import { eachSample } from './sample.ts'

export const subjectEmpty: Rule = {
  id: 'subject-empty',
  severity: 'error',
  title: 'A message has no subject',
  why: 'Filters and people take it for spam.',
  next: 'Give the template a default for rows in which the column is empty.',
  sources: [],
  receivers: [],
  look: (facts) => eachSample(facts, ({ subject }) => (subject.trim() === '' ? broken('it is empty') : kept)),
}
