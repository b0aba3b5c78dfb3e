import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { squeeze } from './postal.ts'
import { eachSample } from './sample.ts'

export const identityMissing: Rule = {
  id: 'identity-missing',
  severity: 'warning',
  title: 'The message does not name its sender as the campaign does',
  why: 'Who sends must be told in the message itself, not in From alone (ePrivacy article 13(4), CAN-SPAM).',
  next: 'Put the name of identity.name into text and HTML.',
  sources: [sources.eprivacy, sources.canSpam],
  receivers: [],
  look: (facts) => {
    const wanted = facts.sender.identity?.name
    if (wanted === undefined) return undefined
    return eachSample(facts, ({ text, html }) =>
      [text ?? '', html?.text ?? ''].some((part) => squeeze(part).includes(squeeze(wanted))) ? kept : broken(visible(wanted, 80)),
    )
  },
}
