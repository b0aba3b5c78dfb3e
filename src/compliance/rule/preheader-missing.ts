import { type Rule, broken, kept } from '../finding.ts'
import { eachSample } from './sample.ts'

export const preheaderMissing: Rule = {
  id: 'preheader-missing',
  severity: 'info',
  title: 'There is no preheader',
  why: 'Beside the subject inboxes show the first words of the message: often "View in browser".',
  next: 'Put a hidden line at the top of the HTML that goes on where the subject ends.',
  sources: [],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ html }) =>
      html ? (html.preheader === undefined ? broken('no hidden text at the top of the HTML') : kept) : undefined,
    ),
}
