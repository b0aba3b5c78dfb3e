import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const tlsOptional: Rule = {
  id: 'tls-optional',
  severity: 'warning',
  title: 'The messages may travel in the clear',
  why: 'At the level opportunistic mail goes in plaintext to whoever offers no encryption; Gmail demands TLS of all senders.',
  next: 'Set level: encrypted in the campaign.',
  sources: [sources.gmail],
  receivers: ['gmail'],
  look: ({ route }) => (route.level === 'opportunistic' ? broken('level: opportunistic') : kept),
}
