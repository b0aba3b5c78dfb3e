import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSignature } from './signature.ts'

export const dkimDiffers: Rule = {
  id: 'dkim-differs',
  severity: 'error',
  title: 'The published DKIM key is not the one that signs',
  why: 'Every signature fails, and with it DMARC wherever SPF does not help.',
  next: 'Publish the record of the key that is in use, or sign with the key that is published; sealpost dkim check compares them.',
  sources: [rfc(6376, '6.1.3'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) =>
    eachSignature(facts, ({ domain, selector, result }) => {
      if (result === 'key-differs') return broken(`${selector}._domainkey.${domain} is another key`)
      if (result === 'body-differs') return broken('the message was changed after it was signed')
      return result === 'verifies' ? kept : undefined
    }),
}
