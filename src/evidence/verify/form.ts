import { type Failure, failed } from './failure.ts'
import { parseJson } from './json.ts'
import { type JsonObject, type Shape, hasMembers, isListOf, isNullOr, isObject, isString } from './shape.ts'

/** The version of the file that `sealpost prove` writes. */
export const receiptFormat = 'sealpost-receipt/1'
/** A few proofs, certificates and time-stamps come nowhere near. */
const maxReceiptOctets = 1_000_000
/** Keys are changed once a year or so. */
const maxRotations = 100

/** An entry of the log with the proof that it is in it. */
export interface Proven {
  /** Canonical JSON. */
  readonly leaf: string
  /** C2SP tlog-proof. */
  readonly proof: string
}

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
  readonly peer: JsonObject
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
  /** RFC 3161 responses over the text of the checkpoint, base64. */
  readonly timestamps: readonly string[]
}

const proven = { leaf: isString, proof: isString }
const text = { key: isString, recipient: isString, campaign: isString, domain: isString }
const attempt = hasMembers({
  ...proven,
  opening: hasMembers({ ...text, message: isNullOr(isString), reply: isNullOr(isString) }),
})
const session = hasMembers({ ...proven, opening: isNullOr(hasMembers({ key: isString, peer: isObject })) })

const parts: Readonly<Record<string, Shape>> = {
  format: isString,
  origin: isString,
  attempt,
  session: isNullOr(session),
  certificates: isListOf(isString),
  rotations: isListOf(hasMembers(proven)),
  timestamps: isListOf(isString),
}

/** A receipt as it was read, apart from what is wrong with it. */
export interface ReadReceipt {
  readonly kind: 'receipt'
  readonly receipt: EvidenceReceipt
}

/** Reads a receipt strictly: what is not known has no place in it. */
export function parseReceipt(input: string | Uint8Array): ReadReceipt | Failure {
  const malformed = (why: string, where = 'receipt'): Failure => failed('receipt-malformed', where, why)
  if (input.length > maxReceiptOctets) return malformed(`it is longer than ${maxReceiptOctets} octets`)
  const value = parseJson(typeof input === 'string' ? input : (decodeUtf8(input) ?? ''))
  if (!isObject(value)) return malformed('it is not an object in JSON that has one meaning only')
  if (value['format'] !== receiptFormat) return malformed(`it is not of the format ${receiptFormat}`)
  for (const [name, shape] of Object.entries(parts)) {
    if (!shape(value[name])) return malformed('it is missing, or has other members than it must have', name)
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(parts, name))
  if (unknown !== undefined) return malformed('it has a member that no receipt has')
  const receipt = value as unknown as EvidenceReceipt
  if (receipt.rotations.length > maxRotations) return malformed(`there are more than ${maxRotations}`, 'rotations')
  return { kind: 'receipt', receipt }
}

function decodeUtf8(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    return undefined
  }
}
