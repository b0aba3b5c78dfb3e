import { type Failure, failed } from './failure.ts'
import { type CheckpointNote, parseCheckpoint } from './note.ts'
import { decodeBase64, hasMembers, isObject, isString, isStrings } from './text.ts'
import { isContinuation } from './tree.ts'
import { type Trust, type Witnessed, judgeSignatures } from './trust.ts'

/** The version of the file that shows one checkpoint to be a continuation of another. */
export const continuationFormat = 'sealpost-consistency/1'

/** Two checkpoints of a log, and the proof that the newer one begins with all that the older one held (RFC 9162 2.1.4). */
export interface ConsistencyProof {
  readonly format: typeof continuationFormat
  /** Signed notes. */
  readonly older: string
  readonly newer: string
  /** Hashes, base64. */
  readonly proof: readonly string[]
}

export interface ProvenContinuation {
  readonly kind: 'continued'
  readonly older: CheckpointNote
  readonly newer: CheckpointNote
  readonly witnessed: readonly Witnessed[]
}

/** Verifies that nothing up to the older checkpoint was changed or removed in the log of the newer one. */
export function verifyContinuation(input: string, trust: Trust): ProvenContinuation | Failure {
  const read = parseProof(input)
  if ('kind' in read) return read
  const older = parseCheckpoint(read.older)
  if (typeof older === 'string') return failed('checkpoint-malformed', 'older', `the checkpoint is none: ${older}`)
  const newer = parseCheckpoint(read.newer)
  if (typeof newer === 'string') return failed('checkpoint-malformed', 'newer', `the checkpoint is none: ${newer}`)
  const signed = judgeSignatures(older, trust.keys, { keys: trust.keys }, 'older')
  if ('failure' in signed) return signed
  const witnessed = judgeSignatures(newer, trust.keys, trust, 'newer')
  if ('failure' in witnessed) return witnessed
  if (older.origin !== newer.origin) return failed('other-origin', 'newer', 'the two checkpoints are of two logs')
  if (newer.size < older.size) return failed('older-size', 'newer', `it has ${newer.size} entries, and there were ${older.size}`)
  if (isContinuation(older, newer, read.hashes)) return { kind: 'continued', older, newer, witnessed }
  return failed('fork', 'proof', `the log of ${newer.size} entries does not begin with the ${older.size} that were signed before`)
}

function parseProof(input: string): (ConsistencyProof & { readonly hashes: readonly Buffer[] }) | Failure {
  const malformed = (why: string): Failure => failed('receipt-malformed', 'consistency', why)
  if (input.length > 1_000_000) return malformed('it is too long')
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return malformed('it is not JSON')
  }
  if (!isObject(value) || value['format'] !== continuationFormat) return malformed(`it is not of the format ${continuationFormat}`)
  if (!hasMembers(value, ['format', 'older', 'newer', 'proof'])) return malformed('it has other members than it should have')
  const { older, newer, proof } = value
  if (!isString(older) || !isString(newer) || !isStrings(proof)) return malformed('its members are not texts')
  const hashes = proof.flatMap((line) => decodeBase64(line) ?? [])
  if (hashes.length < proof.length || hashes.some(({ length }) => length !== 32)) return malformed('a line of its proof is not a hash')
  return { format: continuationFormat, older, newer, proof, hashes }
}
