import { visible } from '../../escape.ts'
import { describeNone } from '../../mtasts/index.ts'
import type { Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'

/** RFC 7672 1.3, RFC 8461 1. Case 67. */
export const nothingVouches: Rule<DomainObservation> = {
  id: 'nothing-vouches',
  severity: 'low',
  title: 'Nothing vouches for the mail servers: neither DANE nor MTA-STS',
  why: 'Mail is encrypted as things are, but no sender can know that it must be: an attacker on the way could strip STARTTLS, or name a server of his own.',
  next: "Ask the domain's owner to publish an MTA-STS policy, or to sign the zone and publish TLSA records.",
  look: ({ hosts, sts: { result } }) => {
    const tried = hosts.filter(({ addresses }) => addresses.some(({ judgement }) => judgement.verdict === 'valid'))
    if (result?.kind !== 'none' || tried.length === 0) return undefined
    // Where DANE could not be asked, it may be there.
    if (hosts.some(({ known }) => known && known.dane.kind !== 'none')) return undefined
    return `${describeNone(result.why)}; no TLSA records for ${tried.map(({ mx }) => visible(mx)).join(', ')}`
  },
}
