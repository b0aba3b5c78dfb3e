import {
  type Der,
  type Octets,
  readBoolean,
  readChildren,
  readDer,
  readInteger,
  readNumber,
  readOid,
  readTime,
  tags,
  within,
} from './der.ts'
import { type HashName, readHash } from './signatureAlgorithm.ts'
import { printHex } from './text.ts'

/** RFC 3161 2.4.2: what a time-stamping authority says. */
export interface TimestampInfo {
  /** OID of the policy under which it says so. */
  readonly policy: string
  readonly hash: HashName | undefined
  /** Of what was stamped. */
  readonly digest: Octets
  /** Hex. */
  readonly serial: string
  /** Milliseconds since the epoch. */
  readonly time: number
  /** How far the time may be off, in milliseconds, rounded up; undefined where it does not say. */
  readonly accuracy: number | undefined
  readonly nonce: bigint | undefined
}

export function readTimestampInfo(octets: Octets): TimestampInfo | undefined {
  const [version, policyId, imprint, serial, genTime, ...rest] = readChildren(readDer(octets), tags.sequence) ?? []
  const [algorithm, digest] = readChildren(imprint, tags.sequence) ?? []
  const [policy, time] = [readOid(policyId), genTime?.tag === tags.time ? readTime(genTime) : undefined]
  if (readInteger(version) !== 1n || policy === undefined || time === undefined) return undefined
  if (serial?.tag !== tags.integer || digest?.tag !== tags.octets) return undefined
  const fields = readOptional(rest)
  if (!fields) return undefined
  return {
    policy,
    hash: readHash(algorithm),
    digest: digest.content,
    serial: printHex(serial.content),
    time,
    ...fields,
  }
}

/** Accuracy, ordering, nonce, the authority's name, extensions: each may be missing, none may stand elsewhere. */
function readOptional(fields: readonly Der[]): Pick<TimestampInfo, 'accuracy' | 'nonce'> | undefined {
  let rest = fields
  const take = (tag: number): Der | undefined => {
    const [first] = rest
    if (first?.tag !== tag) return undefined
    rest = rest.slice(1)
    return first
  }
  const [accuracy, ordering, nonce] = [take(tags.sequence), take(tags.boolean), take(tags.integer)]
  take(within(0))
  // Extensions of the token (id-etsi-tsts and its like) bind nobody here, unless they say so.
  const extensions = take(within(1))
  if (rest.length > 0 || (ordering && readBoolean(ordering) === undefined) || holdsCritical(extensions)) return undefined
  const milliseconds = accuracy && readAccuracy(accuracy)
  const number = nonce && readInteger(nonce)
  if ((accuracy && milliseconds === undefined) || (nonce && number === undefined)) return undefined
  return { accuracy: milliseconds, nonce: number }
}

function readAccuracy(value: Der): number | undefined {
  const parts = readChildren(value)
  if (!parts) return undefined
  let total = 0
  for (const { tag, content } of parts) {
    const factor = tag === tags.integer ? 1000 : tag === 0x80 ? 1 : tag === 0x81 ? 0.001 : undefined
    if (factor === undefined || content.length === 0 || content.length > 5) return undefined
    total += readNumber(content) * factor
  }
  return Math.ceil(total)
}

function holdsCritical(extensions: Der | undefined): boolean {
  if (!extensions) return false
  const list = readChildren(extensions)
  return !list || list.some((extension) => readBoolean(readChildren(extension)?.[1]) === true)
}
