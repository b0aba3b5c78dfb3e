import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSignature } from './signature.ts'

export const dkimWeak: Rule = {
  id: 'dkim-weak',
  severity: 'error',
  title: 'A DKIM key is too short',
  why: 'Gmail asks for 1024 bits at the least and advises 2048; verifiers must refuse shorter ones.',
  next: 'Make a key of 2048 bits with sealpost dkim new, and publish it at a new selector.',
  sources: [rfc(8301, '3.2'), sources.gmail, sources.yahoo, sources.outlook],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) =>
    eachSignature(facts, ({ key, selector }) => {
      if (key?.kind !== 'key') return undefined
      if (key.type !== 'rsa' || key.bits >= 2_048) return kept
      return broken(`${selector}: ${key.bits} bits`, key.bits < 1_024 ? 'error' : 'warning')
    }),
}
