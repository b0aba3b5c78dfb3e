import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** Case 64. */
export const mxFirstUnreachable: Rule<DomainObservation> = {
  id: 'mx-first-unreachable',
  severity: 'info',
  title: 'The first mail server cannot be reached, another can',
  why: 'Some do so on purpose (nolisting). It is no fault of TLS.',
  next: 'Nothing needs to be done if it is meant so.',
  look: (seen) => {
    const [first, ...others] = seen.hosts
    const dead =
      first !== undefined &&
      first.addresses.length > 0 &&
      first.addresses.every((address) => address.judgement.verdict === 'unreachable')
    const alive = others.some((host) => host.addresses.some((address) => address.judgement.verdict !== 'unreachable'))
    return dead && alive ? `${visible(first.mx)} does not answer` : undefined
  },
}
