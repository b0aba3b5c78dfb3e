import { isAscii } from 'node:buffer'
import { printCommand } from '../smtp/index.ts'
import { printMailDsn, printRcptDsn } from './dsn.ts'
import type { Offers } from './offers.ts'
import type { Envelope, Need, Outcome, Outgoing } from './transaction.ts'

/** A message of which one server knows all it must: its commands are printed. */
export interface Prepared {
  readonly kind: 'prepared'
  readonly outgoing: Outgoing
  /** MAIL, RCPT for each recipient, and DATA unless the message goes in chunks; each with its CRLF. */
  readonly lines: readonly string[]
  /** Present where reports were asked for. */
  readonly dsn: 'passed-on' | 'not-offered' | undefined
}

/**
 * Holds a message against what the server offers, and prints its commands.
 *
 * @throws SealpostError SP_COMMAND_UNSAFE where an address holds a control character
 */
export function prepare(
  outgoing: Outgoing,
  offers: Offers,
  chunked: boolean,
): Prepared | Extract<Outcome, { kind: 'unsupported' }> {
  const { envelope, message } = outgoing
  const eightBit = !isAscii(message)
  const unicode = isUnicode(envelope) || (eightBit && hasUnicodeHeader(message))
  if (offers.maxSize !== undefined && message.length > offers.maxSize)
    return lack('size', `the message has ${message.length} octets, the server takes ${offers.maxSize}`)
  if (unicode && !offers.unicode)
    return lack(
      'smtputf8',
      `${isUnicode(envelope) ? 'the address' : "the message's header"} has characters outside ASCII, which the server cannot handle (no SMTPUTF8)`,
    )
  // RFC 6531 3.1: SMTPUTF8 comes with 8BITMIME; who forgets to say so is held to what was said.
  if (eightBit && !offers.eightBit)
    return lack('8bitmime', 'the message has octets outside ASCII, which the server cannot handle (no 8BITMIME)')
  // RFC 8689 4.2.1: the demand is passed on, or the message does not go.
  if (envelope.requireTls && !offers.requireTls)
    return lack('requiretls', 'the message demands TLS all the way, which the server does not promise (no REQUIRETLS)')
  const dsn = envelope.dsn && offers.dsn ? envelope.dsn : undefined
  const mail =
    `FROM:<${envelope.from}>` +
    (offers.size ? ` SIZE=${message.length}` : '') +
    (eightBit ? ' BODY=8BITMIME' : '') +
    (unicode ? ' SMTPUTF8' : '') +
    (envelope.requireTls ? ' REQUIRETLS' : '') +
    (dsn ? printMailDsn(dsn) : '')
  const lines = [
    printCommand('MAIL', mail),
    ...envelope.to.map((to) => printCommand('RCPT', `TO:<${to}>${dsn ? printRcptDsn(dsn, to) : ''}`)),
  ]
  if (!chunked) lines.push('DATA\r\n')
  return { kind: 'prepared', outgoing, lines, dsn: envelope.dsn && (dsn ? 'passed-on' : 'not-offered') }
}

function lack(need: Need, why: string): Extract<Outcome, { kind: 'unsupported' }> {
  return { kind: 'unsupported', need, why }
}

function isUnicode({ from, to }: Envelope): boolean {
  return /[^\u0000-\u007f]/.test(from) || to.some((address) => /[^\u0000-\u007f]/.test(address))
}

const headerEnd = Buffer.from('\r\n\r\n')

/** RFC 6532 3: UTF-8 in a header makes the message one that only SMTPUTF8 may carry; in a body 8BITMIME is enough. */
function hasUnicodeHeader(message: Buffer): boolean {
  const end = message.indexOf(headerEnd)
  return !isAscii(end < 0 ? message : message.subarray(0, end))
}
