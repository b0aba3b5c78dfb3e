import { type Rule, broken, kept } from '../finding.ts'
import { freeMailDomains } from '../receiver.ts'
import { sources, rfc } from '../source.ts'

export const fromFreeMail: Rule = {
  id: 'from-free-mail',
  severity: 'error',
  title: 'From is an address at a free mail provider',
  why: 'Only the provider itself can send in its name: others fail its DMARC policy and are refused.',
  next: 'Write from a domain of your own, and let answers go to the other address (replyTo).',
  sources: [sources.gmail, sources.yahoo, sources.outlook, rfc(7489, '10.1')],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: ({ sender }) => (freeMailDomains.has(sender.domain) ? broken(sender.domain) : kept),
}
