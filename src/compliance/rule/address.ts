import type { ComplianceFacts, DnsFacts } from '../facts.ts'
import { type Looked, untested } from '../finding.ts'
import { visible } from '../../escape.ts'
import { gather } from './gather.ts'

/** Looks at each address that mail leaves from; by way of a relay they are the relay's. */
export function eachAddress({ dns, route }: ComplianceFacts, look: (one: DnsFacts['reverse'][number]) => Looked): Looked {
  if (route.kind === 'relay') return undefined
  if (dns.addressesUnknown !== undefined) return untested(dns.addressesUnknown)
  return gather(
    dns.reverse.map((one) =>
      one.name.kind === 'temporary'
        ? untested(`the DNS gives no answer on ${one.address}: ${visible(one.name.detail)}`)
        : look(one),
    ),
  )
}
