import type { Reply } from '../smtp/index.ts'

/** What the sender wants to be told of a message's way (RFC 3461). ORCPT is made from each recipient. */
export interface DsnRequest {
  /** How much of the message comes back with a report of failure (RFC 3461 4.3). */
  readonly ret?: 'FULL' | 'HDRS'
  /** Comes back in each report (RFC 3461 4.4). */
  readonly envid?: string
  /** When to report (RFC 3461 4.1); NEVER stands alone and prevails. */
  readonly notify?: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[]
}

/** Who a message is from and for. Addresses as `parseAddress` prints them. */
export interface Envelope {
  /** Empty for the null reverse-path (RFC 5321 4.5.5). */
  readonly from: string
  readonly to: readonly string[]
  readonly dsn?: DsnRequest
  /** Each further hop must be encrypted and authenticated too, or the message comes back (RFC 8689 2). */
  readonly requireTls?: boolean
}

/** A message with its envelope. */
export interface Outgoing {
  readonly envelope: Envelope
  readonly message: Buffer
}

/** Where in a transaction something was decided; `dot` is the message's end, be it a dot or a last chunk. */
export type TransactionStage = 'mail' | 'rcpt' | 'data' | 'dot'

/** What a message needs and a server lacks. */
export type Need = 'size' | '8bitmime' | 'smtputf8' | 'requiretls'

/** What became of one recipient. */
export type Outcome =
  /** The server took the message over, with its words. */
  | {
      readonly kind: 'accepted'
      readonly reply: Reply
      /** Present where reports were asked for: whether the server was told of it, or has no DSN (RFC 3461 4). */
      readonly dsn?: 'passed-on' | 'not-offered'
    }
  | { readonly kind: 'refused'; readonly stage: TransactionStage; readonly reply: Reply }
  /** One recipient too many for this transaction; the next may have it at once (RFC 5321 4.5.3.1.10). */
  | { readonly kind: 'surplus'; readonly reply: Reply }
  /** The message was sent whole and no answer came that is surely its own: it may have been taken (RFC 5321 6.1). */
  | { readonly kind: 'reply-lost'; readonly why: string }
  /** The connection broke before the message was sent whole: it was not taken. */
  | { readonly kind: 'broken'; readonly stage: TransactionStage; readonly why: string }
  /** The server lacks what the message needs; nothing was sent. */
  | { readonly kind: 'unsupported'; readonly need: Need; readonly why: string }

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

/** Which commands may leave before the last was answered: those of two messages, of one, or none (RFC 2920). */
export type Pipelining = 'across' | 'within' | 'none'

export interface MailOptions {
  readonly timeouts: TransactionTimeouts
  /** Default what the channel speaks, smtp in the clear. With lmtp each recipient has an answer of its own to the message (RFC 2033 4.2). */
  readonly protocol?: 'smtp' | 'lmtp'
  /** The most that is tried where the server offers PIPELINING; default across. */
  readonly pipelining?: Pipelining
  /** BDAT in place of DATA where the server offers CHUNKING (RFC 3030); default false. */
  readonly chunking?: boolean
}
