/**
 * Verifies an evidence log with nothing but its lines and a public key. This folder imports the error registry and
 * node:crypto only, so that an auditor can read all of it.
 */
import { type KeyObject, createHash, createPublicKey, verify } from 'node:crypto'
import { SealpostError } from '../../errors.ts'
import { type CheckpointLine, type EntryLine, hashLine, noHash, printLine, signedText } from './format.ts'

export { type Json, canonicalize } from './canonical.ts'
export { type Committed, commitTo } from './commitment.ts'
export { type Continuation, type GrowthProof, verifyContinuation } from './continuation.ts'
export { type Failure, type FailureKind, failures } from './failure.ts'
export { type AttemptOpening, type EvidenceReceipt, type Proven, type SessionOpening, receiptFormat } from './form.ts'
export { type VerifierKey, parseKey } from './key.ts'
export { leafFormat } from './leaf.ts'
export type { CheckpointNote } from './note.ts'
export { type ProvenReceipt, verifyReceipt } from './receipt.ts'
export { handoverText } from './rotation.ts'
export type { JsonObject } from './shape.ts'
export type { TileReader } from './tiles.ts'
export type { Trust, Witnessed } from './trust.ts'
export { type CheckpointLine, type EntryLine, hashLine, noHash, printLine, signedText } from './format.ts'
export {
  type TimestampFailureKind,
  type TimestampTerms,
  type TimestampVerification,
  maxTimestampOctets,
  readTimestampAuthorities,
  timestampFailures,
  verifyTimestamp,
} from './timestamp.ts'

/** What came of verifying a log. */
export type Verification =
  | {
      readonly kind: 'intact'
      readonly entries: number
      readonly checkpoints: number
      /** Hash of the last line; what is added next follows from it. */
      readonly tail: string
      /** The last checkpoint; undefined in an empty log. */
      readonly last: CheckpointLine['checkpoint'] | undefined
      /** Entries that were signed only by the run after the one that wrote them: it had been stopped. */
      readonly recovered: number
      /** Entries after the last checkpoint: in order, but signed by nobody yet. */
      readonly unsigned: number
      /** Where a checkpoint was handed in: whether the log still holds it. */
      readonly held: boolean | undefined
    }
  | { readonly kind: 'changed'; readonly line: number; readonly why: string }

/** A checkpoint that somebody kept apart from the log: its size and head. */
export interface HeldCheckpoint {
  readonly size: number
  readonly head: string
}

/**
 * Reads the lines of a log from first to last and names the first wrong one.
 *
 * @param lines each line without its line feed; a piece after the last line feed with one, so that it fails
 * @param key the public key, which should come from somewhere else than the log
 */
export async function verifyLog(lines: AsyncIterable<string>, key: KeyObject, held?: HeldCheckpoint): Promise<Verification> {
  let head = noHash
  let entries = 0
  let checkpoints = 0
  let recovered = 0
  let last: CheckpointLine['checkpoint'] | undefined
  let number = 0
  let holds = held?.size === 0 && held.head === noHash
  for await (const text of lines) {
    number += 1
    const line = readLine(text)
    if (typeof line === 'string') return { kind: 'changed', line: number, why: line }
    if ('entry' in line) {
      if (line.seq !== entries)
        return { kind: 'changed', line: number, why: `entry ${line.seq} stands where entry ${entries} belongs` }
      if (line.prev !== head)
        return {
          kind: 'changed',
          line: number,
          why: `entry ${line.seq} does not follow from the line before it, one of the two was changed`,
        }
      entries += 1
      recovered += countRecovered(line)
    } else {
      const { checkpoint } = line
      if (checkpoint.size !== entries || checkpoint.head !== head)
        return { kind: 'changed', line: number, why: 'the checkpoint is of other lines than those that stand above it' }
      if (!verify(null, signedText(checkpoint), key, Buffer.from(line.signature, 'base64'))) {
        return { kind: 'changed', line: number, why: 'the signature of the checkpoint is not of this key' }
      }
      checkpoints += 1
      last = checkpoint
      holds ||= held?.size === checkpoint.size && held.head === checkpoint.head
    }
    head = hashLine(line)
  }
  return {
    kind: 'intact',
    entries,
    checkpoints,
    tail: head,
    last,
    recovered,
    unsigned: entries - (last?.size ?? 0),
    held: held ? holds : undefined,
  }
}

/** How many entries the line says a later run signed, because the run that wrote them had been stopped. */
function countRecovered({ entry }: EntryLine): number {
  const detail = entry['detail']
  if (entry['act'] !== 'log-recovered' || !isObject(detail)) return 0
  return typeof detail['unsigned'] === 'number' ? detail['unsigned'] : 0
}

/** The line as data, or why it is none. A line that says the same in other bytes was not written by us. */
export function readLine(text: string): EntryLine | CheckpointLine | string {
  if (text.endsWith('\n')) return 'the line is half-written: it has no end'
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return 'the line is not JSON'
  }
  if (!isEntryLine(parsed) && !isCheckpointLine(parsed)) return 'the line is neither an entry nor a checkpoint'
  try {
    return printLine(parsed) === text ? parsed : 'the line is not in canonical form'
  } catch {
    return 'the line is nested too deep'
  }
}

function isEntryLine(value: unknown): value is EntryLine {
  return isObject(value) && isObject(value['entry']) && typeof value['prev'] === 'string' && Number.isSafeInteger(value['seq'])
}

function isCheckpointLine(value: unknown): value is CheckpointLine {
  if (!isObject(value) || !isObject(value['checkpoint']) || typeof value['signature'] !== 'string') return false
  // Base64 has spare bits: the same signature in other letters was not written by us (RFC 4648 3.5).
  if (Buffer.from(value['signature'], 'base64').toString('base64') !== value['signature']) return false
  const { head, size, time } = value['checkpoint']
  // Nothing may stand there that is not signed.
  if (Object.keys(value['checkpoint']).length !== 3) return false
  return typeof head === 'string' && Number.isSafeInteger(size) && typeof time === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads an Ed25519 public key in PEM.
 *
 * @throws SealpostError SP_KEY_INVALID
 */
export function readPublicKey(pem: string, where: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new SealpostError('SP_KEY_INVALID', { where, cause: error })
  }
  throw new SealpostError('SP_KEY_INVALID', { where, what: 'The key is not of the kind Ed25519' })
}

/** SHA-256 of the key in DER, hex: what two people compare to know that they hold the same key. */
export function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}
