import type { SetResult, SweptDomain } from '../../sweep/index.ts'

/** What the demanded level makes of a domain; `unknown` where the run was ended before. */
export type Standing = 'met' | 'below' | 'untested' | 'no-mail' | 'unknown'

export interface Tally {
  readonly recipients: number
  readonly domains: number
}

/** One provider, or all domains that none of the directory serves. */
export interface ListProviderLine extends Tally {
  /** Null for what is in nobody's hands that we know. */
  readonly id: string | null
  readonly name: string
  /** Recipients by standing. */
  readonly met: number
  readonly below: number
  readonly untested: number
  readonly unknown: number
  /** The worst. */
  readonly grade: string
}

export interface ListDomainLine {
  readonly domain: string
  readonly recipients: number
  readonly standing: Standing
  readonly provider: string | null
  readonly verdict: string | null
  readonly cause: string | null
  readonly grade: string
  readonly words: string
  /** What the server said. */
  readonly quote: string | null
  readonly rules: readonly string[]
  /** Its hosts are those of `sets[set]`, as are those of `sharedBy` domains; null where it has none. */
  readonly set: number | null
  readonly sharedBy: number
  /** ISO 8601. */
  readonly checkedAt: string | null
  readonly ageSeconds: number | null
}

/** Hosts that domains have in common. */
export interface ListSetLine extends Tally {
  readonly mx: readonly (readonly string[])[]
  readonly hosts: SetResult['hosts']
  readonly checkedAt: string
  readonly ageSeconds: number
  /** An earlier run looked at them. */
  readonly recalled: boolean
}

export interface ListReport {
  readonly schema: 'urn:sealpost:list-check:1'
  readonly software: string
  readonly writtenAt: string
  readonly level: string
  /** The run was ended before everything was looked at. */
  readonly interrupted: boolean
  readonly list: Tally & {
    readonly path: string
    readonly invalid: number
    readonly sample: readonly { readonly line: number; readonly why: string }[]
  }
  readonly summary: Readonly<Record<Standing, Tally>>
  readonly verdicts: readonly (Tally & { readonly verdict: string })[]
  readonly grades: readonly (Tally & { readonly grade: string })[]
  /** Those with most recipients first, as everything that follows. */
  readonly providers: readonly ListProviderLine[]
  readonly rules: readonly (Tally & { readonly rule: string })[]
  readonly advice: readonly string[]
  readonly domains: readonly ListDomainLine[]
  readonly sets: readonly ListSetLine[]
}

export interface ListReportSource {
  readonly path: string
  readonly level: string
  readonly interrupted: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly software: string
  readonly invalid: number
  readonly sample: readonly { readonly line: number; readonly why: string }[]
  readonly domains: readonly SweptDomain[]
  /** What the level makes of a result. */
  readonly standingOf: (result: SetResult) => Standing
}
