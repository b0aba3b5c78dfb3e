import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** Case 62. */
export const mxCname: Rule<DomainObservation> = {
  id: 'mx-cname',
  severity: 'low',
  title: 'An MX record points at an alias',
  why: 'It works with most senders, but RFC 2181 10.3 forbids it, and DANE gets harder.',
  next: "Point the MX record at the host's own name.",
  look: (seen) => {
    const aliases = seen.hosts.flatMap((host) =>
      host.alias === undefined ? [] : [`${visible(host.mx)} is an alias of ${visible(host.alias)}`],
    )
    return aliases.length === 0 ? undefined : aliases.join('; ')
  },
}
