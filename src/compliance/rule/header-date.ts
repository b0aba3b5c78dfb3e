import { visible } from '../../escape.ts'
import { findFields } from '../../mime/read/index.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const headerDate: Rule = {
  id: 'header-date',
  severity: 'error',
  title: 'The message has no usable Date',
  why: 'RFC 5322 demands one; filters count its absence, and a wrong one puts the message out of sight.',
  next: 'Set the clock of this machine.',
  sources: [rfc(5322, '3.6.1'), sources.gmail],
  receivers: ['gmail'],
  look: (facts) =>
    eachSample(facts, ({ fields }) => {
      const dates = findFields(fields, 'date')
      const [date] = dates
      if (date === undefined || dates.length > 1) return broken(date === undefined ? 'it is missing' : `${dates.length} of them`)
      const apart = Math.abs(Date.parse(date) - facts.now)
      return apart < 86_400_000 ? kept : broken(visible(date, 60), 'warning')
    }),
}
