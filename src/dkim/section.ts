import { SealpostError } from '../errors.ts'

const lf = 0x0a
const cr = 0x0d
const space = 0x20
const tab = 0x09
const colon = 0x3a

/** A header field by its octets in the message. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string
  readonly start: number
  readonly nameEnd: number
  readonly valueStart: number
  /** Where the CRLF stands that ends it. */
  readonly end: number
}

/** What stands before the body, read once for all signatures. */
export interface HeaderSection {
  /** By name, each list from the top of the message to its end. */
  readonly fields: ReadonlyMap<string, readonly HeaderField[]>
  /** Octets of all fields. */
  readonly length: number
  readonly bodyStart: number
}

/**
 * Finds the header fields of a message (RFC 5322 2.2).
 *
 * @throws SealpostError SP_MESSAGE_INVALID where a line is no field, or ends in anything but CRLF
 */
export function readSection(message: Buffer): HeaderSection {
  const fields = new Map<string, HeaderField[]>()
  let at = 0
  while (at < message.length) {
    if (message[at] === cr && message[at + 1] === lf) return { fields, length: at, bodyStart: at + 2 }
    const end = findFieldEnd(message, at)
    const field = readField(message, at, end)
    const same = fields.get(field.name)
    if (same) same.push(field)
    else fields.set(field.name, [field])
    at = end + 2
  }
  // RFC 5322 2.1: a message may have no body, and then no empty line either.
  return { fields, length: message.length, bodyStart: message.length }
}

/** Lines that begin with a space or tab belong to the field (RFC 5322 2.2.3). */
function findFieldEnd(message: Buffer, start: number): number {
  for (let at = start; ;) {
    const end = message.indexOf(lf, at)
    if (end < 1 || message[end - 1] !== cr) throw invalid('has a line in its header that does not end in CRLF')
    if (message.indexOf(cr, at) < end - 1) throw invalid('has a bare CR in its header')
    const next = message[end + 1]
    if (next !== space && next !== tab) return end - 1
    at = end + 1
  }
}

function readField(message: Buffer, start: number, end: number): HeaderField {
  const at = message.indexOf(colon, start)
  let nameEnd = at
  // RFC 5322 4.5: in old messages spaces stand before the colon.
  while (nameEnd > start && (message[nameEnd - 1] === space || message[nameEnd - 1] === tab)) nameEnd--
  const name = at < 0 || at > end ? '' : message.toString('latin1', start, nameEnd).toLowerCase()
  if (!/^[!-9;-~]+$/.test(name)) throw invalid('has a line in its header that is no field')
  return { name, start, nameEnd, valueStart: at + 1, end }
}

function invalid(what: string): SealpostError {
  return new SealpostError('SP_MESSAGE_INVALID', { what: `The message ${what}, and cannot be signed` })
}
