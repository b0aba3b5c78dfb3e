/** What a server does otherwise than its standard says, and gets away with. Rules make findings of them. */
export type Oddity =
  /** Some line ended in LF alone. */
  | 'bare-lf'
  /** IMAP greets as if we were logged in already: STARTTLS is not possible any more (RFC 9051 6.2.1). */
  | 'preauth'
  /** Lines in the clear between STARTTLS and the consent to it; they are not believed. */
  | 'untagged-before-ok'
  /** POP3 without CAPA (RFC 2449 is optional). */
  | 'capa-unsupported'
  /** POP3 takes STLS and does not list it. */
  | 'stls-unlisted'
  /** ManageSieve is to list its capabilities again after TLS, unasked (RFC 5804 2.2), and did not. */
  | 'capabilities-not-resent'
