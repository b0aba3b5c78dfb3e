import type { Reply } from '../smtp/index.ts'

/**
 * What an answer comes to, in any of the protocols. RFC 5321 4.2.1's classes carried over: `yes` (220, 250, OK, +OK),
 * `later` (4yz; NO [UNAVAILABLE], -ERR [SYS/TEMP], NO (TRYLATER)), `never` (5yz, NO, BAD, -ERR), `closing` (421, BYE),
 * `odd` (a positive answer that makes no sense there, such as 250 or 354 to STARTTLS).
 */
export type Standing = 'yes' | 'later' | 'never' | 'closing' | 'odd'

/** What a server said in answer to one thing, whatever the protocol's words for it. */
export interface Said {
  readonly standing: Standing
  /** One line as a person reads it: `421 4.3.2 Busy`, `a1 NO [UNAVAILABLE] later`. Hostile, not escaped. */
  readonly text: string
  /** The SMTP or LMTP reply itself. */
  readonly reply?: Reply
}
