import type { Json } from './canonical.ts'
import { type Failure, failed } from './failure.ts'
import type { Proven } from './rotation.ts'
import { hasMembers, isNullOr, isObject, isString, isStrings } from './text.ts'

/** The version of the file that `sealpost prove` writes. */
export const receiptFormat = 'sealpost-receipt/1'
/** A few proofs, certificates and time-stamps come nowhere near. */
const maxReceiptOctets = 1_000_000

/** What stands behind the commitments of an attempt. */
export interface AttemptOpening {
  /** Of this attempt alone, 32 octets, base64url. */
  readonly key: string
  readonly recipient: string
  readonly campaign: string
  readonly domain: string
  /** SHA-256 of the message's octets, hex; null where it is not known. */
  readonly message: string | null
  readonly reply: string | null
}

/** What stands behind the commitment of a session: the peer. */
export interface SessionOpening {
  readonly key: string
  readonly peer: Readonly<Record<string, Json>>
}

/** A proof about one attempt to deliver one message to one recipient, with what opens its commitments. */
export interface EvidenceReceipt {
  readonly format: typeof receiptFormat
  readonly origin: string
  readonly attempt: Proven & { readonly opening: AttemptOpening }
  /** Null where the attempt names none; its `opening` is null where the peer stands in the entry itself. */
  readonly session: (Proven & { readonly opening: SessionOpening | null }) | null
  /** PEM, the server's own first. */
  readonly certificates: readonly string[]
  /** Where keys were changed: the acts that say so, the oldest first. */
  readonly rotations: readonly Proven[]
  /** RFC 3161 responses over the text of the attempt's checkpoint, base64. */
  readonly timestamps: readonly string[]
}

/** Reads a receipt strictly: what is not known has no place in it. */
export function parseReceipt(input: string | Uint8Array): EvidenceReceipt | Failure {
  const malformed = (why: string, where = 'receipt'): Failure => failed('receipt-malformed', where, why)
  if (input.length > maxReceiptOctets) return malformed(`it is longer than ${maxReceiptOctets} octets`)
  let value: unknown
  try {
    value = JSON.parse(typeof input === 'string' ? input : new TextDecoder('utf-8', { fatal: true }).decode(input))
  } catch {
    return malformed('it is not JSON in UTF-8')
  }
  if (!isObject(value) || value['format'] !== receiptFormat) return malformed(`it is not of the format ${receiptFormat}`)
  if (!hasMembers(value, ['format', 'origin', 'attempt', 'session', 'certificates', 'rotations', 'timestamps'])) {
    return malformed('it has other members than a receipt has')
  }
  if (!isString(value['origin'])) return malformed('it names no log', 'origin')
  if (!isProven(value['attempt'], isAttemptOpening)) return malformed('it is not leaf, proof and opening', 'attempt')
  if (!isNullOr(value['session'], (session) => isProven(session, (opening) => isNullOr(opening, isSessionOpening)))) {
    return malformed('it is not leaf, proof and opening', 'session')
  }
  if (!isStrings(value['certificates'])) return malformed('they are not texts', 'certificates')
  if (!isStrings(value['timestamps'])) return malformed('they are not texts', 'timestamps')
  const { rotations } = value
  if (!Array.isArray(rotations) || !rotations.every((one) => isProven(one))) return malformed('they are not entries', 'rotations')
  return value as unknown as EvidenceReceipt
}

function isProven(value: unknown, isOpening?: (value: unknown) => boolean): value is Proven {
  if (!isObject(value) || !hasMembers(value, ['leaf', 'proof', ...(isOpening ? ['opening'] : [])])) return false
  return isString(value['leaf']) && isString(value['proof']) && (isOpening?.(value['opening']) ?? true)
}

function isAttemptOpening(value: unknown): value is AttemptOpening {
  if (!isObject(value) || !hasMembers(value, ['key', 'recipient', 'campaign', 'domain', 'message', 'reply'])) return false
  const certain = [value['key'], value['recipient'], value['campaign'], value['domain']].every((item) => isString(item))
  return certain && isNullOr(value['message'], isString) && isNullOr(value['reply'], isString)
}

function isSessionOpening(value: unknown): value is SessionOpening {
  return isObject(value) && hasMembers(value, ['key', 'peer']) && isString(value['key']) && isObject(value['peer'])
}
