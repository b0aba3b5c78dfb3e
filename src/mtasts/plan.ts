import type { FailedFetch, HeldPolicy, KnownPolicy } from './cache.ts'
import { expiresAt, refreshAt, retryMs } from './lifetime.ts'
import type { RecordAnswer } from './record.ts'
import type { NoPolicy, PolicyFailure, ResultWarning } from './result.ts'

/** What is to be done about a domain, from what DNS says now and what is known from before. */
export type Plan =
  | { readonly kind: 'none'; readonly why: NoPolicy; readonly warnings: readonly ResultWarning[] }
  | { readonly kind: 'cached'; readonly held: HeldPolicy; readonly warnings: readonly ResultWarning[] }
  | {
      readonly kind: 'failed'
      readonly failure: PolicyFailure
      readonly retryAt: number | undefined
      readonly warnings: readonly ResultWarning[]
    }
  | {
      readonly kind: 'fetch'
      /** What the policy that comes is filed under. */
      readonly id: string
      /** What rules if nothing comes. */
      readonly held: HeldPolicy | undefined
      readonly warnings: readonly ResultWarning[]
    }

/**
 * Decides whether to fetch (RFC 8461 3.1, 3.3, 5.1). A policy that has not expired is never given up here: neither a
 * record that vanished nor a DNS that fails ends it, as whoever wants to read the mail could bring about both.
 *
 * @param again fetch although nothing asks for it: an MX is not in the policy, and mail is about to be refused
 */
export function planResolution(record: RecordAnswer, { held, failed }: KnownPolicy, now: number, again = false): Plan {
  const live = held && isLive(held, now) ? held : undefined
  const expired: readonly ResultWarning[] = held && !live ? [{ kind: 'expired', at: expiresAt(held) }] : []
  switch (record.kind) {
    case 'none':
    case 'several':
    case 'malformed':
      // RFC 8461 3.1: without a usable record discovery ends here, and what is cached stays (5.1).
      return live
        ? { kind: 'cached', held: live, warnings: [{ kind: 'record-lost', why: noPolicy(record) }] }
        : { kind: 'none', why: noPolicy(record), warnings: expired }
    case 'temporary': {
      const unknown: ResultWarning = { kind: 'record-unknown', detail: record.detail }
      if (!live)
        return { kind: 'failed', failure: { kind: 'record', detail: record.detail }, retryAt: undefined, warnings: expired }
      // The policy host may still be reached by somebody whose TXT queries are suppressed.
      return fetchOr(live, live.id, isDue(live, now), failed, now, [unknown])
    }
    case 'record': {
      const { id } = record.record
      const stale = live === undefined || live.id !== id || isDue(live, now) || (again && now >= live.fetchedAt + retryMs)
      const warnings = [...expired, ...record.warnings.map((warning): ResultWarning => ({ kind: 'record', warning }))]
      return live ? fetchOr(live, id, stale, failed, now, warnings) : fetchAnew(id, failed, now, warnings)
    }
  }
}

function fetchOr(
  held: HeldPolicy,
  id: string,
  wanted: boolean,
  failed: FailedFetch | undefined,
  now: number,
  warnings: readonly ResultWarning[],
): Plan {
  if (!wanted) return { kind: 'cached', held, warnings }
  const recent = recall(failed, id, now)
  return recent
    ? { kind: 'cached', held, warnings: [...warnings, ...warnOfFetch(held, recent)] }
    : { kind: 'fetch', id, held, warnings }
}

function fetchAnew(id: string, failed: FailedFetch | undefined, now: number, warnings: readonly ResultWarning[]): Plan {
  const recent = recall(failed, id, now)
  return recent
    ? { kind: 'failed', failure: recent.failure, retryAt: recent.at + retryMs, warnings }
    : { kind: 'fetch', id, held: undefined, warnings }
}

/** RFC 8461 3.3: a refresh that fails is worth an administrator's attention, unless the policy held is "none". */
export function warnOfFetch(held: HeldPolicy, { failure, at }: Pick<FailedFetch, 'failure' | 'at'>): readonly ResultWarning[] {
  return held.policy.mode === 'none' ? [] : [{ kind: 'fetch-failed', failure, at }]
}

export function isLive(held: HeldPolicy, now: number): boolean {
  return now < expiresAt(held)
}

function isDue(held: HeldPolicy, now: number): boolean {
  // Fetched in the future: a clock was wrong, then or now, and the dates are worth nothing until it is fetched again.
  return now >= refreshAt(held) || now < held.fetchedAt
}

function recall(failed: FailedFetch | undefined, id: string, now: number): FailedFetch | undefined {
  return failed?.id === id && now < failed.at + retryMs && now >= failed.at ? failed : undefined
}

function noPolicy(record: Extract<RecordAnswer, { kind: 'none' | 'several' | 'malformed' }>): NoPolicy {
  switch (record.kind) {
    case 'none':
      return { kind: 'no-record', misfits: record.misfits }
    case 'several':
      return { kind: 'several-records', count: record.count }
    case 'malformed':
      return { kind: 'bad-record', errors: record.errors }
  }
}
