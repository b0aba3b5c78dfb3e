import { type DaneMatch, matchDane } from '../dane/index.ts'
import { type HostKnowledge, type StsKnowledge, groundOf, vouchingOf } from '../ground/index.ts'
import { type Demand, type HostGround, type Judgement, decideDemand, decidePolicy, judgeHop } from '../policy/index.ts'
import type { HostObservation } from './finding.ts'

/** What a domain's own word makes of a host, whatever its sender asks. */
export interface HostStanding {
  readonly judgement: Judgement
  readonly ground: HostGround
  readonly demand: Demand
  readonly known: HostKnowledge
  /** What became of its certificates by its TLSA records; undefined where there are none that count, or no TLS came about. */
  readonly match: DaneMatch | undefined
}

/**
 * Judges a host for one domain: by DANE, or by the domain's MTA-STS policy, or as unsigned DNS leaves it. The same host
 * may stand differently for another domain. What is asked of a sender is asked of `policy/`, as sending does.
 */
export function judgeFor(domain: string, seen: HostObservation, known: HostKnowledge, sts: StsKnowledge): HostStanding {
  const policy = decidePolicy({
    domain,
    campaign: 'opportunistic',
    domains: {},
    floor: 'TLSv1.2',
    login: false,
    sts: sts.ground,
  })
  const ground = groundOf(seen.endpoint.host, policy, known, false)
  const demand = decideDemand(policy, ground)
  if (demand.kind === 'pass-over') return { ground, demand, known, match: undefined, judgement: judgePassedOver(demand) }
  const { record, end } = seen.decisive
  const vouching = vouchingOf(demand, known)
  const match =
    typeof vouching === 'object' && end.kind === 'secure'
      ? matchDane(vouching, record.tls?.watched?.sent ?? [], { names: vouching.names, now: seen.now })
      : undefined
  return { ground, demand, known, match, judgement: judgeHop(record, end, vouching, seen.now) }
}

/** RFC 7672 2.1.2: a host whose records cannot be learnt counts as unreachable; RFC 8461 5: one that is not named takes no mail. */
function judgePassedOver({ cause, reason }: Extract<Demand, { kind: 'pass-over' }>): Judgement {
  return { verdict: cause === 'dane-failed' ? 'temporary' : 'broken', cause, words: reason }
}
