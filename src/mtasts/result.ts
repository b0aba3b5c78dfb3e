import type { Misfit } from '../dns/index.ts'
import type { FetchFailure } from './failure.ts'
import type { PolicyWarning, StsPolicy } from './policy.ts'
import type { RecordError, RecordWarning } from './record.ts'

/** A policy and where it comes from. */
export interface PolicyBasis {
  readonly policy: StsPolicy
  readonly source: 'fetched' | 'cache'
  /** Of the record that led to it. */
  readonly id: string
  /** SHA-256 of its text as it came, hex. */
  readonly sha256: string
  /** Milliseconds since the epoch, as `expiresAt`. */
  readonly fetchedAt: number
  readonly expiresAt: number
  /** Milliseconds since it was fetched. */
  readonly age: number
}

/** What MTA-STS says of a domain now. */
export type PolicyResult =
  /** `enforce` or `testing`: hosts and certificates are to be judged by it (RFC 8461 4.1, 4.2, 5). */
  | (PolicyBasis & {
      readonly kind: 'policy'
      readonly mode: 'enforce' | 'testing'
      readonly warnings: readonly ResultWarning[]
    })
  /** The domain asks for nothing, as far as is known for sure. */
  | { readonly kind: 'none'; readonly why: NoPolicy; readonly warnings: readonly ResultWarning[] }
  /**
   * It may ask for something that could not be learnt, and nothing is held from before. RFC 8461 3.3 has a sender go on as
   * without a policy; whether a message's own level lets it is for others to say.
   */
  | {
      readonly kind: 'failed'
      readonly failure: PolicyFailure
      /** Before this it is not tried again for the same record; undefined where it may be at any time. */
      readonly retryAt: number | undefined
      readonly warnings: readonly ResultWarning[]
    }

export type PolicyFailure = FetchFailure | { readonly kind: 'record'; readonly detail: string }

export type NoPolicy =
  | { readonly kind: 'no-record'; readonly misfits: readonly Misfit[] }
  | { readonly kind: 'several-records'; readonly count: number }
  | { readonly kind: 'bad-record'; readonly errors: readonly RecordError[] }
  | ({ readonly kind: 'mode-none' } & PolicyBasis)

export type ResultWarning =
  | { readonly kind: 'record'; readonly warning: RecordWarning }
  | { readonly kind: 'policy'; readonly warning: PolicyWarning }
  /** There is no usable record any more; the policy from the cache still rules (RFC 8461 5.1). */
  | { readonly kind: 'record-lost'; readonly why: NoPolicy }
  | { readonly kind: 'record-unknown'; readonly detail: string }
  /** The policy from the cache still rules. */
  | { readonly kind: 'fetch-failed'; readonly failure: FetchFailure; readonly at: number }
  /** There was a policy, which expired. */
  | { readonly kind: 'expired'; readonly at: number }
  /** Our clock is ahead of the policy host's by so many milliseconds, or behind where negative. */
  | { readonly kind: 'clock-off'; readonly ms: number }
