import type { StsPolicy } from './policy.ts'

interface Dated {
  readonly policy: Pick<StsPolicy, 'maxAge'>
  readonly fetchedAt: number
}

const day = 86_400_000

/** RFC 8461 3.3 suggests that a failed fetch is not repeated for five minutes, unless the record names another version. */
export const retryMs = 300_000

/** Milliseconds since the epoch from which on a policy counts no more: max_age after it was fetched (RFC 8461 3.2). */
export function expiresAt({ policy, fetchedAt }: Dated): number {
  return fetchedAt + policy.maxAge * 1000
}

/**
 * When it is to be fetched anew, long before it expires, so that nobody who keeps us from the policy host for a while
 * makes us forget it: once a day (RFC 8461 3.3), and after half of its life where that is shorter.
 */
export function refreshAt({ policy, fetchedAt }: Dated): number {
  return fetchedAt + Math.min((policy.maxAge * 1000) / 2, day)
}
