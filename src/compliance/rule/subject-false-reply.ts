import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachSample } from './sample.ts'

export const subjectFalseReply: Rule = {
  id: 'subject-false-reply',
  severity: 'warning',
  title: 'The subject pretends to be an answer',
  why: 'CAN-SPAM forbids subjects that mislead about what is inside, and Gmail asks to leave Re: and Fwd: out of mail that answers nothing.',
  next: 'Take Re: or Fwd: out of the subject.',
  sources: [sources.canSpam, sources.gmail],
  receivers: ['gmail'],
  look: (facts) =>
    eachSample(facts, ({ subject }) =>
      /^\s*(?:re|fwd?|aw|wg|antw|rv|tr)\s*(?:\[\d+\])?\s*:/i.test(subject) ? broken(visible(subject, 100)) : kept,
    ),
}
