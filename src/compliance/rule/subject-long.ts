import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const subjectLong: Rule = {
  id: 'subject-long',
  severity: 'warning',
  title: 'The subject is long',
  why: 'Inboxes show some 60 characters of it, telephones fewer.',
  next: 'Say what matters in the first words, and keep it under 78 characters.',
  sources: [rfc(5322, '2.1.1')],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ subject }) => {
      const length = [...new Intl.Segmenter().segment(subject)].length
      return length > 78 ? broken(`${length} characters`, length > 150 ? 'warning' : 'info') : kept
    }),
}
