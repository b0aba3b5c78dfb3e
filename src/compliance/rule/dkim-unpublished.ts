import { visible } from '../../escape.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSignature } from './signature.ts'

export const dkimUnpublished: Rule = {
  id: 'dkim-unpublished',
  severity: 'error',
  title: 'The key of a DKIM signature is not published',
  why: 'Nobody can verify the signature, so it counts as none.',
  next: 'Publish the record that sealpost dkim check shows.',
  sources: [rfc(6376, '3.6.1'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) =>
    eachSignature(facts, ({ key, domain, selector, result }) => {
      const at = `${selector}._domainkey.${domain}`
      if (result === 'temporary') return untested(`${at} gave no answer`)
      if (result === 'malformed') return broken('the signature of the message cannot be read')
      if (key?.kind === 'absent') return broken(`nothing is at ${at}`)
      if (key?.kind === 'revoked') return broken(`the key at ${at} is withdrawn`)
      if (key?.kind === 'several') return broken(`${key.count} records are at ${at}, and one is allowed`)
      if (key?.kind === 'malformed') return broken(`the record at ${at} is no key: ${visible(key.text, 100)}`)
      if (key?.kind === 'unsupported') return broken(`the key at ${at} is of a kind that is not known`)
      return result === 'unusable-key' ? broken(`the record at ${at} does not allow its use for mail`) : kept
    }),
}
