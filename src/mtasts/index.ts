/**
 * Must mail to a domain be encrypted, and to which hosts may it go, although DNS can be forged? The domain says so over
 * HTTPS, and what it said is kept (MTA-STS, RFC 8461): its record, its policy, the fetch, and what rules in between.
 */
export { type FailedFetch, type HeldPolicy, type KnownPolicy, type PolicyCache, createMemoryCache } from './cache.ts'
export { describeFailure, describeNone, describePolicyWarning, describeResult, describeWarning } from './describe.ts'
export type { FetchFailure, FetchStep } from './failure.ts'
export { type FetchOptions, type Fetched, type PolicyDialer, fetchPolicy } from './fetch.ts'
export { expiresAt, refreshAt, retryMs } from './lifetime.ts'
export { matchMx } from './match.ts'
export { type ParsedPolicy, parsePolicy } from './parsePolicy.ts'
export type { PolicyError, PolicyWarning, StsPolicy } from './policy.ts'
export { printPolicy } from './printPolicy.ts'
export {
  type RecordAnswer,
  type RecordError,
  type RecordWarning,
  type StsRecord,
  type StsRecords,
  lookupRecord,
  parseRecords,
} from './record.ts'
export { type ResolveDeps, refreshPolicies, resolvePolicy } from './resolve.ts'
export type { NoPolicy, PolicyBasis, PolicyFailure, PolicyResult, ResultWarning } from './result.ts'
