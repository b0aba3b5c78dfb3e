import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'

export const dmarcNone: Rule = {
  id: 'dmarc-none',
  severity: 'info',
  title: 'DMARC asks for nothing to be done',
  why: 'p=none fulfils what receivers ask, and keeps nobody from using your name.',
  next: 'Read the reports for some weeks, then raise p to quarantine and reject.',
  sources: [rfc(7489, '6.3'), sources.outlook],
  receivers: [],
  look: ({ dns: { dmarc } }) => {
    if (dmarc.kind !== 'found' || dmarc.applies === undefined) return undefined
    return dmarc.applies === 'none' ? broken(`at _dmarc.${dmarc.at}`) : kept
  },
}
