import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const senderName: Rule = {
  id: 'sender-name',
  severity: 'warning',
  title: 'From does not say who writes',
  why: 'People open, and keep from reporting, what comes from a name that they know; ePrivacy forbids to hide who sends.',
  next: 'Write the name before the address: from: Your Shop <news@…>.',
  sources: [sources.gmail, sources.eprivacy],
  receivers: [],
  look: ({ sender }) => {
    if (sender.name === '') return broken('there is no name before the address')
    if (/@|https?:/i.test(sender.name)) return broken(`the name is an address: ${visible(sender.name, 80)}`)
    return kept
  },
}
