import type { ProviderEvent } from './event.ts'

/** An event that is about a message of ours. The recipient stands with the message. */
export interface ClaimedEvent extends Omit<ProviderEvent, 'recipient' | 'messageId' | 'returnPath'> {
  /** The number of the message in the queue. */
  readonly message: number
}

/** One that waits to be taken into the evidence. */
export interface WaitingClaim {
  /** From 1, in the order in which they came. */
  readonly id: number
  /** Undefined where it makes no sense; another program may have written it. */
  readonly claim: ClaimedEvent | undefined
  /** The leaf of the evidence that it was about to get when a run was broken off. */
  readonly leaf: number | undefined
}

export type Kept =
  | { readonly kind: 'kept'; readonly fresh: number }
  /** Something that may be used once came with another event. */
  | { readonly kind: 'replayed' }

/** Where events wait for the process that has the evidence in hand. What is kept is on the disk. */
export interface ClaimBox {
  /**
   * Keeps events; one that came before is not kept again.
   *
   * @param once what may be used once, and the digest of what was said with it; the same may be said with it again
   * @param now milliseconds since the epoch
   */
  put(claims: readonly ClaimedEvent[], once: { readonly value: string; readonly use: string } | undefined, now: number): Kept
}
