import type { Reply } from '../smtp/index.ts'

/** Who a message is from and for. Addresses as `parseAddress` prints them. */
export interface Envelope {
  /** Empty for the null reverse-path (RFC 5321 4.5.5). */
  readonly from: string
  readonly to: readonly string[]
}

/** Where in a transaction something was decided. */
export type TransactionStage = 'mail' | 'rcpt' | 'data' | 'dot'

/** What became of one recipient. */
export type Outcome =
  /** The server took the message over, with its words. */
  | { readonly kind: 'accepted'; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly stage: TransactionStage; readonly reply: Reply }
  /** The message was sent whole and the connection broke before the answer: it may have been taken (RFC 5321 6.1). */
  | { readonly kind: 'reply-lost'; readonly why: string }
  /** The connection broke before the message was sent whole: it was not taken. */
  | { readonly kind: 'broken'; readonly stage: TransactionStage; readonly why: string }
  /** The server lacks what the message needs; nothing was sent. */
  | { readonly kind: 'unsupported'; readonly why: string }

/** Limits on waiting, in milliseconds (RFC 5321 4.5.3.2). */
export interface TransactionTimeouts {
  readonly command: number
  /** For the answer to DATA. */
  readonly data: number
  /** For each block of the message to be taken. */
  readonly block: number
  /** For the answer to the final dot: ten minutes at least, or messages are sent twice. */
  readonly dot: number
}
