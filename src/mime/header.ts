import { encodeWord } from 'nodemailer/lib/mime-funcs'
import { SealpostError } from '../errors.ts'

// What a header says about the message itself is written here once, from values that were checked; what hosts on the
// way write is theirs; Bcc has no place in a message that is handed over (RFC 5322 3.6.3).
const reserved =
  /^(?:from|sender|reply-to|to|cc|bcc|subject|date|message-id|mime-version|content-.*|dkim-signature|arc-.*|received|received-spf|return-path|delivered-to|authentication-results|resent-.*|otp-token)$/i

/** What is wrong with a name for a header of the sender's own; undefined where nothing is. */
export function refuseHeaderName(name: string): string | undefined {
  // A subset of RFC 5322 2.2 ftext that every mail system takes.
  if (!/^[A-Za-z][A-Za-z0-9-]{0,75}$/.test(name)) return 'is not a name for a header: letters, digits and dashes'
  return reserved.test(name) ? 'is a header that cannot be set here' : undefined
}

/** One line of text: each run of characters that could end a line or a header becomes a space. */
export function flattenText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}

/**
 * URIs, which nobody need put together again: some relays write a folded List-Unsubscribe anew, and so break its signature,
 * and some readers take a fold for the end of the URI.
 */
export const unfolded = /^list-(?:unsubscribe|unsubscribe-post|id)$/i

/** A value on one line, however long; within the 998 octets of RFC 5322 2.1.1, or `checkMessage` refuses it. */
export function wholeLine(text: string): Prepared {
  return { prepared: true, foldLines: false, value: flattenText(text) }
}

/** A header value of nodemailer's that is written as it stands, but for folding. */
interface Prepared {
  readonly prepared: true
  readonly foldLines: boolean
  readonly value: string
}

/**
 * Encodes unstructured text (RFC 5322 2.2.1) where it cannot stand as it is. Nodemailer does so for text outside ASCII;
 * text that looks like an encoded word already, and words too long for a line, it lets pass.
 */
export function encodeText(text: string): string | Prepared {
  const flat = flattenText(text)
  if (!flat.includes('=?') && !/\S{500}/.test(flat)) return flat
  return { prepared: true, foldLines: true, value: encodeWord(flat, 'B', 52) }
}

/** A mailbox as a header names it. */
export interface Mailbox {
  readonly name?: string
  /** `local@domain`, parsed by whoever took it in. */
  readonly address: string
}

/**
 * @throws SealpostError SP_ADDRESS_INVALID for an address that would read as something else in a header
 */
export function toHeader(mailbox: Mailbox, field: string): { name: string; address: string } {
  if (/[\u0000-\u001f\u007f<>\u2028\u2029]/.test(mailbox.address) || !/.@./.test(mailbox.address)) {
    throw new SealpostError('SP_ADDRESS_INVALID', { what: `The address for ${field} cannot stand in a header` })
  }
  return { name: flattenText(mailbox.name ?? ''), address: mailbox.address }
}
