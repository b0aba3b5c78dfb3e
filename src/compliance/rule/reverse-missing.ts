import { weighAll } from '../demand.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachAddress } from './address.ts'

export const reverseMissing: Rule = {
  id: 'reverse-missing',
  severity: 'error',
  title: 'An address that mail leaves from has no name',
  why: 'Gmail and Yahoo ask every sender for reverse DNS (PTR), and refuse or delay mail without it.',
  next: 'Have whoever gave you the address set its reverse DNS to the host name that EHLO says.',
  sources: [sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: (facts) =>
    eachAddress(facts, ({ address, name }) =>
      name.kind === 'none' ? broken(address, weighAll(facts, ['gmail', 'yahoo'])) : kept,
    ),
}
