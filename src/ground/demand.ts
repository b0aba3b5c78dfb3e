import { matchMx } from '../mtasts/index.ts'
import type { Demand, HostGround, MemoryGround, Policy, Vouching } from '../policy/index.ts'
import type { HostKnowledge } from './host.ts'

/** What is known of a host, as the decision wants it. */
export function groundOf(
  host: string,
  policy: Policy,
  { dane }: HostKnowledge,
  named: boolean,
  memory: MemoryGround = { kind: 'none' },
): HostGround {
  return { named, dane, listed: policy.sts.kind === 'policy' && matchMx(policy.sts, host), memory }
}

/** Who vouches for the host, with what its certificates are held against. */
export function vouchingOf(demand: Extract<Demand, { kind: 'use' }>, { lookup }: HostKnowledge): Vouching {
  if (demand.voucher !== 'dane') return demand.voucher
  // The decision says `dane` of usable records alone.
  return lookup?.kind === 'usable'
    ? { kind: 'dane', records: lookup.records, names: lookup.names, mxSecure: lookup.mxSecure }
    : 'dns'
}
