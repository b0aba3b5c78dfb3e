import { type Rule, broken, kept } from '../finding.ts'
import { isReserved } from '../list.ts'
import { rfc } from '../source.ts'

export const fromExample: Rule = {
  id: 'from-example',
  severity: 'error',
  title: 'From is in a domain that is set aside for examples',
  why: 'It belongs to nobody: no receiver takes mail from it.',
  next: 'Put an address of your own into campaign.yaml (from).',
  sources: [rfc(2606, '3')],
  receivers: [],
  look: ({ sender: { domain } }) =>
    isReserved(domain) || /(?:^|\.)example\.(?:com|net|org)$/.test(domain) ? broken(domain) : kept,
}
