import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachSample } from './sample.ts'

export const sizeClipped: Rule = {
  id: 'size-clipped',
  severity: 'warning',
  title: 'Gmail will cut the message',
  why: 'Of HTML beyond some 102 kB Gmail shows the beginning alone: the unsubscribe link at its end is cut off.',
  next: 'Shorten the HTML: fewer styles written into each tag, fewer sections, no text copied from Word.',
  sources: [sources.clipping],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ html }) => {
      if (!html) return undefined
      if (html.octets > 102_000) return broken(`${Math.ceil(html.octets / 1000)} kB of HTML`)
      return html.octets > 92_000 ? broken(`${Math.ceil(html.octets / 1000)} kB of HTML, near the edge`, 'info') : kept
    }),
}
