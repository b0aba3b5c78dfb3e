import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { eachSample } from './sample.ts'

export const subjectCapitals: Rule = {
  id: 'subject-capitals',
  severity: 'warning',
  title: 'The subject is written in capitals, or shouts',
  why: 'Filters count it, and people read it as spam.',
  next: 'Write it as a sentence.',
  sources: [],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ subject }) => {
      const letters = subject.replace(/[^\p{L}]/gu, '')
      const shouts = letters.length >= 8 && letters === letters.toUpperCase() && letters !== letters.toLowerCase()
      return shouts || /[!?]{3}|\${2}/.test(subject) ? broken(visible(subject, 100)) : kept
    }),
}
