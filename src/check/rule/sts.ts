import {
  type FetchFailure,
  type NoPolicy,
  type PolicyFailure,
  type PolicyWarning,
  type ResultWarning,
  describeFailure,
  describeNone,
  describePolicyWarning,
  describeResult,
  describeWarning,
  matchMx,
} from '../../mtasts/index.ts'
import { visible } from '../../escape.ts'
import type { DomainObservation } from '../observation.ts'

/** Why the policy could not be fetched, where it is one of some kinds; what rules all the same is told behind it. */
export function tellFailure(seen: DomainObservation, ...kinds: readonly PolicyFailure['kind'][]): string | undefined {
  const { result } = seen.sts
  if (!result) return undefined
  const failure: PolicyFailure | FetchFailure | undefined =
    result.kind === 'failed' ? result.failure : result.warnings.find((warning) => warning.kind === 'fetch-failed')?.failure
  if (!failure || !kinds.includes(failure.kind)) return undefined
  const ruling = result.kind === 'policy' ? `; still ruling: ${describeResult(result, seen.now)}` : ''
  return `${describeFailure(failure)}${ruling}`
}

/** Why there is no usable record, also where a policy from before still rules. */
export function findNoRecord({ sts: { result } }: DomainObservation): NoPolicy | undefined {
  if (result?.kind === 'none') return result.why
  return result?.warnings.find((warning) => warning.kind === 'record-lost')?.why
}

export function tellNoRecord(seen: DomainObservation, kind: NoPolicy['kind']): string | undefined {
  const why = findNoRecord(seen)
  return why?.kind === kind ? describeNone(why) : undefined
}

/** Warnings of the policy about how long it holds; a rule of its own is for these. */
export const lifetimes: ReadonlySet<PolicyWarning['kind']> = new Set(['max-age-zero', 'max-age-short'])

/** Warnings of one kind in words; undefined where there are none. */
export function tellWarnings(seen: DomainObservation, ...kinds: readonly ResultWarning['kind'][]): string | undefined {
  const told = (seen.sts.result?.warnings ?? [])
    .filter(({ kind }) => kinds.includes(kind))
    .map((warning) => describeWarning(warning, seen.now))
  return told.length === 0 ? undefined : told.join('; ')
}

/** What is odd about the policy's text, where it is wanted; undefined where nothing is. */
export function tellPolicy(seen: DomainObservation, isWanted: (warning: PolicyWarning) => boolean): string | undefined {
  const told = (seen.sts.result?.warnings ?? []).flatMap((one) =>
    one.kind === 'policy' && isWanted(one.warning) ? [describePolicyWarning(one.warning)] : [],
  )
  return told.length === 0 ? undefined : told.join('; ')
}

/** RFC 8461 4.1: mail servers that the policy, if it has this mode, does not name. */
export function tellUnlisted({ sts: { result }, hosts }: DomainObservation, mode: 'enforce' | 'testing'): string | undefined {
  if (result?.kind !== 'policy' || result.mode !== mode) return undefined
  const unlisted = hosts.filter(({ mx, unusable }) => unusable === undefined && !matchMx(result.policy, mx))
  if (unlisted.length === 0) return undefined
  return `${unlisted.map(({ mx }) => visible(mx)).join(', ')}: the policy names ${visible(result.policy.mx.join(', ') || 'no host')}`
}
