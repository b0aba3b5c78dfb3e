import { describeFlaw } from '../../dane/index.ts'
import { visible } from '../../escape.ts'
import type { Rule } from '../finding.ts'
import type { StandingObservation } from '../observation.ts'

/** RFC 7672 3.1. Case 70. */
export const daneRecordUnusable: Rule<StandingObservation> = {
  id: 'dane-record-unusable',
  severity: 'low',
  title: 'One of the TLSA records means nothing',
  why: 'The others count, so nothing is lost; whoever relied on this one is mistaken.',
  next: 'Take it out, or write it as 3 1 1 or 2 1 1.',
  look: ({ seen, standing: { known } }) => {
    if (known.lookup?.kind !== 'usable' || known.lookup.unusable.length === 0) return undefined
    const flaws = new Set(
      known.lookup.unusable.map(
        ({ record, flaw }) => `${record.usage} ${record.selector} ${record.matchingType} (${describeFlaw(flaw)})`,
      ),
    )
    return `${visible(seen.endpoint.host)}: ${[...flaws].join(', ')}`
  },
}
