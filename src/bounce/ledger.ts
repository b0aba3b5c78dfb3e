/** A message that we sent, as far as bounces ask for it. */
export interface SentMessage {
  readonly id: number
  readonly campaign: string
  /** Of the frozen campaign: SHA-256, hex. */
  readonly digest: string
  readonly address: string
  /** Equal for addresses that count as the same. */
  readonly addressKey: string
  /** Milliseconds since the epoch: when its campaign was taken in. */
  readonly createdAt: number
  /** It was attempted at least once. What was never handed to anybody cannot come back. */
  readonly tried: boolean
}

export interface SentMessages {
  find(id: number): Promise<SentMessage | undefined>
}

/** What a report said of a message. One of each weight is kept for a message, the first. */
export interface BounceNote {
  readonly messageId: number
  readonly campaign: string
  readonly addressKey: string
  /** `hard`: the address is gone. `soft`: counted. `refused`: for reasons that are not the address's. */
  readonly weight: 'hard' | 'soft' | 'refused' | 'complaint'
  /** Our own signature vouches for it. */
  readonly signed: boolean
  /** Milliseconds since the epoch: when it bounced. */
  readonly at: number
  /** `5.1.1`; the type of a complaint. */
  readonly status: string | undefined
  /** What was said, escaped. */
  readonly detail: string
}

/** What was read from mailboxes. Every call is durable when it resolves. */
export interface BounceLedger {
  /** @param digest SHA-256 of a message's content, hex */
  wasRead(digest: string): Promise<boolean>
  /** Notes of the weight `soft` on messages to an address, one a message. */
  softBounces(addressKey: string): Promise<readonly BounceNote[]>
  /** Keeps that a message was read, and what it said; both or neither. */
  record(digest: string, at: number, note: BounceNote | undefined): Promise<void>
}
