import { parseDomain } from './domain.ts'

/** A mailbox of RFC 5321 4.1.2 with the extension of RFC 6531 3.3. */
export interface Address {
  readonly kind: 'address'
  /** The local part as it stands in a command: dot-string, or quoted-string with its quotes. */
  readonly local: string
  /** A-labels, lower case. */
  readonly domain: string
  /** `local@domain`, as it is written in MAIL and RCPT. */
  readonly text: string
  /** The local part has characters outside ASCII: the peer must offer SMTPUTF8. */
  readonly unicode: boolean
}

export interface AddressProblem {
  readonly kind: 'invalid'
  /** One clause for a person, such as "there is no @". */
  readonly why: string
}

// RFC 5322 3.2.3 atext, with everything outside ASCII (RFC 6531 3.3) but controls and separators.
const atom = /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\u0000-\u009f\p{Z}\p{C}])+$/u
// RFC 5321 4.1.2 qtextSMTP and quoted-pairSMTP.
const quoted = /^"(?:[\u0020\u0021\u0023-\u005b\u005d-\u007e]|\\[\u0020-\u007e]|[^\u0000-\u009f\p{Zl}\p{Zp}\p{C}])*"$/u

// RFC 5321 4.1.2 Dot-string in ASCII, which is what nearly all local parts are.
const dotString = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

/**
 * Parses one mailbox: no display name, no route, no comment.
 *
 * @example
 * ```ts
 * parseAddress('Ada@Bücher.Example') // { kind: 'address', local: 'Ada', domain: 'xn--bcher-kva.example', … }
 * parseAddress('ada') // { kind: 'invalid', why: 'there is no @' }
 * ```
 */
export function parseAddress(text: string): Address | AddressProblem {
  // A bound before anything reads it through: RFC 5321 4.5.3.1.3 allows 256 octets with the angle brackets.
  if (text.length > 254) return problem('it is longer than 254 characters')
  const at = text.lastIndexOf('@')
  if (at < 0) return problem('there is no @')
  if (at === 0) return problem('nothing stands before the @')
  const written = text.slice(0, at)
  const simple = written.length <= 64 && dotString.test(written)
  const local = simple ? written : written.normalize('NFC')
  const why = simple ? undefined : localProblem(local)
  if (why) return problem(why)
  const rest = text.slice(at + 1)
  if (rest === '') return problem('nothing stands after the @')
  if (rest.startsWith('[')) return problem('it names an IP address instead of a domain')
  const domain = parseDomain(rest)
  if (domain === undefined) return problem('what stands after the @ is not a domain name')
  const whole = `${local}@${domain}`
  // U-labels grow when they become A-labels, so the bound is asked again.
  const unicode = !simple && /[^\u0000-\u007f]/.test(local)
  if ((unicode ? Buffer.byteLength(whole) : whole.length) > 254) return problem('it is longer than 254 octets')
  return { kind: 'address', local, domain, text: whole, unicode }
}

function localProblem(local: string): string | undefined {
  // RFC 5321 4.5.3.1.1
  if (Buffer.byteLength(local) > 64) return 'what stands before the @ is longer than 64 octets'
  if (local.startsWith('"')) return quoted.test(local) ? undefined : 'its quotes are broken'
  if (local.startsWith('.') || local.endsWith('.')) return 'what stands before the @ begins or ends with a dot'
  if (local.includes('..')) return 'two dots stand side by side before the @'
  return local.split('.').every((part) => atom.test(part)) ? undefined : 'a character before the @ is not allowed there'
}

function problem(why: string): AddressProblem {
  return { kind: 'invalid', why }
}
