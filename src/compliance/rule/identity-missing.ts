import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { squeeze } from './postal.ts'
import { eachSample } from './sample.ts'

export const identityMissing: Rule = {
  id: 'identity-missing',
  severity: 'warning',
  title: 'The message does not name its sender as the campaign does',
  why: 'ePrivacy article 13(4) forbids to hide on whose behalf advertising is sent; the name in the message itself leaves no doubt of it.',
  next: 'Put the name of identity.name into text and HTML.',
  sources: [sources.eprivacy],
  receivers: [],
  look: (facts) => {
    const wanted = facts.sender.identity?.name
    if (wanted === undefined) return undefined
    return eachSample(facts, ({ text, html }) =>
      [text ?? '', html?.text ?? ''].some((part) => squeeze(part).includes(squeeze(wanted))) ? kept : broken(visible(wanted, 80)),
    )
  },
}
