import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const sizeLarge: Rule = {
  id: 'size-large',
  severity: 'warning',
  title: 'The message is large',
  why: 'Many servers refuse more than 10 MB, and everybody on the list is sent all of it.',
  next: 'Put large files on a website and link to them.',
  sources: [rfc(1870, '3')],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ octets }) => {
      if (octets > 10_000_000) return broken(`${Math.ceil(octets / 1_000_000)} MB`)
      return octets > 1_000_000 ? broken(`${Math.ceil(octets / 1000)} kB`, 'info') : kept
    }),
}
