import type { Field } from '../mime/read/index.ts'

/** What was done about a recipient (RFC 3464 2.3.3). */
export const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

export type Action = (typeof actions)[number]

/** What a report says of one recipient. All text is a stranger's, not yet escaped. */
export interface RecipientStatus {
  /** The address as the sender gave it, where the report says (RFC 3464 2.3.1). */
  readonly original: string | undefined
  /** The address that was tried in the end: behind an alias or a forward another one than the sender knows (2.3.2). */
  readonly final: string | undefined
  readonly action: Action
  /** `5.1.1` (RFC 3463); the diagnostic's where that says more than the report's own. */
  readonly status: string | undefined
  readonly remoteMta: string | undefined
  /** What was said to the reporting server, in words. */
  readonly diagnostic: string | undefined
  /** Milliseconds since the epoch. */
  readonly lastAttemptAt: number | undefined
  /** Milliseconds since the epoch: a delayed message is tried no longer then (2.3.9). */
  readonly retryUntil: number | undefined
}

/** That a message of ours was not delivered, or was, or is late. */
export interface DeliveryReport {
  readonly kind: 'delivery-report'
  /** How it was written: by the standard, or by one of the two older forms that can be read with certainty. */
  readonly form: 'rfc3464' | 'qsbmf' | 'exim'
  /** The ENVID that the message was handed over with, decoded (RFC 3461 4.4). */
  readonly envelopeId: string | undefined
  readonly reportingMta: string | undefined
  readonly recipients: readonly RecipientStatus[]
  /** The header of the message that came back; empty where none did. */
  readonly returned: readonly Field[]
}

/** It claims to be a report and cannot be read as one. */
export interface MalformedReport {
  readonly kind: 'malformed'
  /** One clause for a person. */
  readonly why: string
}

/** A report on more is refused: a message of ours goes to a hundred recipients at the most. */
export const maxRecipients = 1_000

/** Octets of what is said of all of them, a kilobyte each. */
export const maxReport = 1024 * 1024
