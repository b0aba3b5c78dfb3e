import { visible } from '../../escape.ts'
import { weighAll } from '../demand.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachAddress } from './address.ts'

export const reverseUnconfirmed: Rule = {
  id: 'reverse-unconfirmed',
  severity: 'error',
  title: 'The name of an address does not lead back to it',
  why: 'Anybody can give an address any name, so receivers count only names whose own addresses hold it.',
  next: 'Add an A or AAAA record for the name, with the address.',
  sources: [sources.gmail, sources.yahoo, rfc(8601, '2.7.3')],
  receivers: ['gmail', 'yahoo'],
  look: (facts) =>
    eachAddress(facts, ({ address, name }) => {
      if (name.kind !== 'names') return undefined
      return name.confirmed === undefined
        ? broken(`${address} is called ${visible(name.names.join(', '), 150)}`, weighAll(facts, ['gmail', 'yahoo']))
        : kept
    }),
}
