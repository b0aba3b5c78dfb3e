import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'

export const fromNullMx: Rule = {
  id: 'from-null-mx',
  severity: 'error',
  title: 'The domain of From says that it takes no mail',
  why: 'With a null MX a domain must not be written from: servers may refuse it (550 5.7.27).',
  next: 'Take the null MX record out, or write from another domain.',
  sources: [rfc(7505, '4.2')],
  receivers: [],
  look: ({ dns: { from }, sender }) =>
    from.kind === 'temporary' ? undefined : from.kind === 'null-mx' ? broken(sender.domain) : kept,
}
