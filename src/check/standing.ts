import { type DaneLookup, describeMatch } from '../dane/index.ts'
import { type DaneGround, type Level, type Step, type Voucher, decideDelivery } from '../policy/index.ts'
import type { TlsFacts } from '../tls/index.ts'
import type { HostStanding } from './ground.ts'

/** What DANE says of a host, and what became of it. */
interface DaneResult {
  readonly kind: DaneGround['kind']
  /** One line; names in it are DNS's, and not escaped. */
  readonly words: string
  /** Whether it is secure that the domain's mail goes to this host. */
  readonly mxSecure: boolean
  /** Where the records stand, without port and protocol. */
  readonly baseDomain: string | undefined
  /** Those that count. */
  readonly records: readonly {
    readonly usage: number
    readonly selector: number
    readonly matchingType: number
    /** Hex. */
    readonly data: string
  }[]
  /** Undefined where there was nothing to hold against each other. */
  readonly match: 'matched' | 'failed' | undefined
  readonly matchWords: string | undefined
}

/** What a sender must ask of a host for the sake of the domain. */
interface DemandResult {
  /** The host may be used, or has to be passed over. */
  readonly kind: 'use' | 'pass-over'
  /** What its domain and its DNS ask for, at the least; undefined where the host is passed over. */
  readonly level: Level | undefined
  /** Who vouches for its name. */
  readonly voucher: Voucher | undefined
  /** Whether it came up to that; undefined where that could not be told. */
  readonly met: boolean | undefined
  readonly reason: string
  /** How that came about. */
  readonly steps: readonly Step[]
}

export interface StandingResult {
  readonly dane: DaneResult
  /** Whether the MTA-STS policy names the host; undefined where no policy is known. */
  readonly listed: boolean | undefined
  readonly demand: DemandResult
}

export function describeStanding(standing: HostStanding, tls: TlsFacts | undefined, hasPolicy: boolean): StandingResult {
  const { ground, known, match, demand, judgement } = standing
  const decision = decideDelivery(demand, judgement, tls)
  const { lookup } = known
  return {
    dane: {
      kind: known.dane.kind,
      words: known.dane.words,
      mxSecure: known.dane.mxSecure,
      baseDomain: lookup?.kind === 'usable' || lookup?.kind === 'unusable' ? lookup.baseDomain : undefined,
      records: listRecords(lookup),
      match: match?.kind,
      matchWords: match && describeMatch(match),
    },
    listed: hasPolicy ? ground.listed : undefined,
    demand: {
      kind: demand.kind,
      level: demand.kind === 'use' ? demand.level : undefined,
      voucher: demand.kind === 'use' ? demand.voucher : undefined,
      met: decision.kind === 'deliver' ? true : decision.kind === 'hold' ? false : undefined,
      reason:
        demand.kind === 'use' && demand.level === 'opportunistic'
          ? 'as far as is known, nothing is demanded by what the domain publishes'
          : demand.reason,
      // No sender is part of a check: it asks for nothing itself.
      steps: demand.steps.filter(({ about }) => about !== 'sender'),
    },
  }
}

function listRecords(lookup: DaneLookup | undefined): DaneResult['records'] {
  if (lookup?.kind !== 'usable') return []
  return lookup.records.map(({ usage, selector, matchingType, data }) => ({
    usage,
    selector,
    matchingType,
    data: data.toString('hex'),
  }))
}
