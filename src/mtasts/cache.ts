import type { FetchFailure } from './failure.ts'
import { expiresAt, refreshAt, retryMs } from './lifetime.ts'
import type { PolicyWarning, StsPolicy } from './policy.ts'

/** A policy that was fetched. It rules until it expires, whatever the network says meanwhile (RFC 8461 5.1). */
export interface HeldPolicy {
  /** In A-labels, lower case. */
  readonly domain: string
  /** Of the record that led to it. */
  readonly id: string
  readonly policy: StsPolicy
  readonly warnings: readonly PolicyWarning[]
  /** As it came: `policy` and `warnings` are what `parsePolicy` makes of it. */
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number
}

/** A fetch that brought nothing, so that it is not repeated at once (RFC 8461 3.3). */
export interface FailedFetch {
  readonly domain: string
  /** Of the record that led to it: another one is another try. */
  readonly id: string
  readonly failure: FetchFailure
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What is known of a domain. */
export interface KnownPolicy {
  /** May have expired. */
  readonly held: HeldPolicy | undefined
  readonly failed: FailedFetch | undefined
}

/** Where policies are kept. The two parts are written apart, so that a failure never touches a policy. */
export interface PolicyCache {
  get(domain: string): Promise<KnownPolicy>
  /** Takes the place of what was held, and of the failure. */
  put(held: HeldPolicy): Promise<void>
  putFailure(failed: FailedFetch): Promise<void>
  /** Domains whose policies have not expired and ought to be fetched anew, those that expire first in front. */
  listDue(now: number, limit: number): Promise<readonly string[]>
  /** Forgets what has expired, and failures that no longer keep anybody from trying. */
  prune(now: number): Promise<void>
}

/** A cache for one run of a program. Full, it forgets what is nearest to its end. */
export function createMemoryCache(limit = 10_000): PolicyCache {
  const entries = new Map<string, KnownPolicy>()
  const none: KnownPolicy = { held: undefined, failed: undefined }
  const end = ({ held, failed }: KnownPolicy): number => (held ? expiresAt(held) : (failed?.at ?? 0) + retryMs)
  const store = (domain: string, known: KnownPolicy): void => {
    entries.set(domain, known)
    if (entries.size <= limit) return
    const [first] = [...entries].toSorted(([, one], [, other]) => end(one) - end(other))
    if (first) entries.delete(first[0])
  }
  return {
    get: async (domain) => entries.get(domain) ?? none,
    put: async (held) => {
      store(held.domain, { held, failed: undefined })
    },
    putFailure: async (failed) => {
      store(failed.domain, { held: entries.get(failed.domain)?.held, failed })
    },
    listDue: async (now, limit) =>
      [...entries.values()]
        .flatMap(({ held }) => (held && expiresAt(held) > now && refreshAt(held) <= now ? [held] : []))
        .toSorted((one, other) => expiresAt(one) - expiresAt(other))
        .slice(0, limit)
        .map(({ domain }) => domain),
    prune: async (now) => {
      for (const [domain, known] of entries) if (end(known) <= now) entries.delete(domain)
    },
  }
}
