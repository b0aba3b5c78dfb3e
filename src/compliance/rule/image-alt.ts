import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachSample } from './sample.ts'

export const imageAlt: Rule = {
  id: 'image-alt',
  severity: 'warning',
  title: 'An image has no alternative text',
  why: 'Many inboxes load no images, and screen readers have nothing to read.',
  next: 'Give each image an alt attribute; an empty one where it is decoration.',
  sources: [sources.wcag],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ html }) => {
      if (!html) return undefined
      const bare = html.images.filter(({ alt, pixel }) => alt === undefined && !pixel)
      return bare[0] ? broken(`${bare.length} of ${html.images.length}, the first is ${visible(bare[0].src, 100)}`) : kept
    }),
}
