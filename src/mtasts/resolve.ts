import { hash } from 'node:crypto'
import { forEachLimited } from '../parallel.ts'
import type { HeldPolicy, PolicyCache } from './cache.ts'
import { type FetchOptions, type Fetched, fetchPolicy } from './fetch.ts'
import { foldHost } from './host.ts'
import { expiresAt, retryMs } from './lifetime.ts'
import { isLive, planResolution, warnOfFetch } from './plan.ts'
import { lookupRecord } from './record.ts'
import type { PolicyBasis, PolicyResult, ResultWarning } from './result.ts'

export interface ResolveDeps extends FetchOptions {
  readonly cache: PolicyCache
  /**
   * Fetch even where the record's id is known and nothing is due, but no more often than every five minutes. For an MX
   * that the policy does not name: the domain may have moved, and mail must not be refused for good before the policy
   * was looked for anew (RFC 8461 5.1).
   */
  readonly again?: boolean
}

/** Clocks this far apart are worth a word; a certificate's dates are not cut finer. */
const clockOffMs = 300_000

/**
 * Finds the policy that rules mail to a domain now: asks DNS for the record, fetches the policy where it is new, changed
 * or due, and otherwise takes the cached one, which rules until it expires whatever becomes of record and host.
 *
 * @example
 * ```ts
 * const result = await resolvePolicy('example.com', { cache, resolver, trust, clock, dialer: dial, allowPrivateAddresses: false })
 * if (result.kind === 'policy' && result.mode === 'enforce') matchMx(result.policy, 'mx1.example.com')
 * ```
 *
 * @throws SealpostError where the cache's file cannot be read or written
 */
export async function resolvePolicy(domain: string, deps: ResolveDeps): Promise<PolicyResult> {
  const { cache, clock, resolver } = deps
  const name = foldHost(domain)
  if (name === undefined) return { kind: 'none', why: { kind: 'no-record', misfits: [] }, warnings: [] }
  const [record, known] = await Promise.all([lookupRecord(resolver, name), cache.get(name)])
  const plan = planResolution(record, known, clock.now(), deps.again)
  switch (plan.kind) {
    case 'none':
    case 'failed':
      return plan
    case 'cached':
      return conclude(plan.held, 'cache', clock.now(), plan.warnings)
    case 'fetch': {
      const fetched = await fetchPolicy(name, deps)
      const warnings = [...plan.warnings, ...warnOfClock(fetched)]
      if (fetched.kind === 'failed') {
        const failed = { domain: name, id: plan.id, failure: fetched.failure, at: fetched.at }
        await cache.putFailure(failed)
        if (plan.held && isLive(plan.held, fetched.at))
          return conclude(plan.held, 'cache', fetched.at, [...warnings, ...warnOfFetch(plan.held, failed)])
        return { kind: 'failed', failure: fetched.failure, retryAt: fetched.at + retryMs, warnings }
      }
      const held: HeldPolicy = {
        domain: name,
        id: plan.id,
        policy: fetched.policy,
        warnings: fetched.warnings,
        text: fetched.text,
        fetchedAt: fetched.at,
      }
      await cache.put(held)
      // That there was another before which expired is of no interest any more.
      const current = warnings.filter(({ kind }) => kind !== 'expired')
      return conclude(held, 'fetched', fetched.at, current)
    }
  }
}

/**
 * Fetches what is due, so many at a time, though nobody writes to those domains now (RFC 8461 3.3: MTAs SHOULD refresh
 * before policies expire). Gives what came of each.
 */
export async function refreshPolicies(
  deps: ResolveDeps,
  { limit, parallel }: { readonly limit: number; readonly parallel: number },
): Promise<ReadonlyMap<string, PolicyResult>> {
  const results = new Map<string, PolicyResult>()
  const due = await deps.cache.listDue(deps.clock.now(), limit)
  await forEachLimited(due, parallel, async (domain) => {
    results.set(domain, await resolvePolicy(domain, deps))
  })
  await deps.cache.prune(deps.clock.now())
  return results
}

function conclude(held: HeldPolicy, source: 'fetched' | 'cache', now: number, found: readonly ResultWarning[]): PolicyResult {
  const { policy, id, text, fetchedAt } = held
  const basis: PolicyBasis = {
    policy,
    source,
    id,
    sha256: hash('sha256', text),
    fetchedAt,
    expiresAt: expiresAt(held),
    age: Math.max(0, now - fetchedAt),
  }
  const warnings = [...found, ...held.warnings.map((warning): ResultWarning => ({ kind: 'policy', warning }))]
  // RFC 8461 5: "none" is as if there were no policy.
  if (policy.mode === 'none') return { kind: 'none', why: { kind: 'mode-none', ...basis }, warnings }
  return { kind: 'policy', mode: policy.mode, ...basis, warnings }
}

function warnOfClock({ at, serverTime }: Fetched): readonly ResultWarning[] {
  const ms = serverTime === undefined ? 0 : at - serverTime
  return Math.abs(ms) > clockOffMs ? [{ kind: 'clock-off', ms }] : []
}
