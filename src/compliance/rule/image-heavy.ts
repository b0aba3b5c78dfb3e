import { type Rule, broken, kept } from '../finding.ts'
import { eachSample } from './sample.ts'

export const imageHeavy: Rule = {
  id: 'image-heavy',
  severity: 'warning',
  title: 'The message is nearly all images',
  why: 'Where images are not loaded it says nothing, and filters take it for text that hides from them.',
  next: 'Say the message in words; 100 words for an image is a good measure.',
  sources: [],
  receivers: [],
  look: (facts) =>
    eachSample(facts, ({ html }) => {
      if (!html) return undefined
      const shown = html.images.filter(({ pixel }) => !pixel).length
      const words = html.text.split(' ').filter(Boolean).length
      return shown > 0 && words < 20 * shown && words < 100
        ? broken(`${shown === 1 ? '1 image' : `${shown} images`} and ${words === 1 ? '1 word' : `${words} words`}`)
        : kept
    }),
}
