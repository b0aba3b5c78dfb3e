import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'
import { eachSignature } from './signature.ts'

export const dkimTesting: Rule = {
  id: 'dkim-testing',
  severity: 'warning',
  title: 'A DKIM key is marked as a test',
  why: 'With t=y receivers treat the mail as if it had no signature.',
  next: 'Take t=y out of the record.',
  sources: [rfc(6376, '3.6.1')],
  receivers: [],
  look: (facts) =>
    eachSignature(facts, ({ key, domain, selector }) => {
      if (key?.kind !== 'key') return undefined
      return key.testing ? broken(`t=y at ${selector}._domainkey.${domain}`) : kept
    }),
}
