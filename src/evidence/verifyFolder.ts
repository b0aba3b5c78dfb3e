import { join } from 'node:path'
import {
  FileStore,
  type LogFailureKind,
  TileTree,
  type Trust,
  type Verifier,
  checkpointPath,
  equalHash,
  openCheckpoint,
  verifyTiles,
} from '../tlog/index.ts'
import { HandoverSurvey } from './handover.ts'
import { type ActLeaf, type Leaf, readLeaf } from './leaf/index.ts'
import type { Checkpoint } from './thread/protocol.ts'
import type { LogTrust } from './trust.ts'

/** What can be wrong with an evidence log: with the log, or with what stands in it. */
export type EvidenceFailureKind =
  | LogFailureKind
  | 'leaf-malformed'
  | 'leaf-not-canonical'
  /** An act says that a key took the place of another, and the former one did not sign that; or the new one does not sign. */
  | 'rotation-wrong'

/** A checkpoint that was kept apart from the log: its size and root, or as it was signed. */
export type KeptCheckpoint =
  | ({ readonly kind: 'told' } & Checkpoint)
  | { readonly kind: 'signed'; readonly note: Uint8Array; readonly where: string }

/** What came of verifying an evidence log. */
export type EvidenceVerification =
  | {
      readonly kind: 'intact'
      readonly origin: string
      readonly checkpoint: Checkpoint
      /** The keys that signed it in its life, as far as it tells, the oldest first; the last one signs. */
      readonly keys: readonly Verifier[]
      readonly counts: Readonly<Record<Leaf['kind'], number>>
      /** When the last leaf was made, ISO 8601; null in an empty log. */
      readonly last: string | null
      /** Checkpoints that were kept and that the log continues. */
      readonly kept: number
    }
  | EvidenceFailure

/** The first thing that is wrong. */
export interface EvidenceFailure {
  readonly kind: 'failed'
  readonly failure: EvidenceFailureKind
  /** The file it was seen in: below the log's folder, or the one of a checkpoint that was kept. */
  readonly where: string
  /** The entry that it concerns, where one can be named. */
  readonly index: number | null
  /** One clause. */
  readonly why: string
}

/**
 * Verifies the evidence log of a data folder from its first leaf to its last, and that it continues what it was. Memory is
 * bounded, however large the log.
 *
 * @param onAct is given each act on the way; nothing of it counts unless the log is found intact
 * @throws SealpostError only where a file cannot be read at all; what is wrong with the log is data
 */
export async function verifyFolder(
  data: string,
  { origin, keys }: LogTrust,
  kept: readonly KeptCheckpoint[] = [],
  onAct: (act: ActLeaf) => void = () => undefined,
): Promise<EvidenceVerification> {
  const reader = new FileStore(join(data, 'evidence'))
  const survey = new LeafSurvey(origin, onAct)
  const verified = await verifyTiles(reader, { origin, logKeys: keys }, { visit: survey.visit })
  if (verified.kind === 'failed') {
    return failed(verified.failure, verified.path, verified.why, verified.index)
  }
  const { size, root } = verified.checkpoint
  const tree = new TileTree(reader, size)
  // What was kept may bear the signature of any key that the log had.
  const all = { origin, logKeys: [...keys, ...survey.handovers.keys] }
  for (const one of kept) {
    const held = readKept(one, all)
    if ('failure' in held) return held
    // Kept of the log in its former format, which this one goes on from.
    if (held.root === survey.former) continue
    if (held.size > size) return failed('older-size', held.where, `the log is signed with ${size} entries and had ${held.size}`)
    if (!equalHash(await tree.root(held.size), Buffer.from(held.root, 'hex'))) {
      return failed('fork', held.where, `the first ${held.size} entries are not those that it had`)
    }
  }
  if (survey.failure) return survey.failure
  const forgotten = survey.handovers.judgeCheckpoint(verified.note)
  if (forgotten !== undefined) return failed('rotation-wrong', checkpointPath, forgotten)
  const { counts, last, handovers } = survey
  const checkpoint = { size, root: Buffer.from(root).toString('hex') }
  const signed = handovers.keys.length > 0 ? handovers.keys : keys
  return { kind: 'intact', origin, checkpoint, keys: signed, counts, last, kept: kept.length }
}

function readKept(one: KeptCheckpoint, trust: Trust): (Checkpoint & { readonly where: string }) | EvidenceFailure {
  if (one.kind === 'told') return { size: one.size, root: one.root, where: checkpointPath }
  const opened = openCheckpoint(one.note, trust)
  if (opened.kind === 'failed') return failed(opened.failure, one.where, `the checkpoint that was kept: ${opened.why}`)
  const { size, root } = opened.checkpoint
  return { size, root: Buffer.from(root).toString('hex'), where: one.where }
}

/** Reads each entry as a leaf, counts them, and keeps the first that is none. */
class LeafSurvey {
  readonly counts: Record<Leaf['kind'], number> = { session: 0, attempt: 0, act: 0 }
  last: string | null = null
  /** The checkpoint of the former log that was kept when this one began. */
  former: string | number | undefined
  failure: EvidenceFailure | undefined
  readonly handovers: HandoverSurvey
  readonly #onAct: (act: ActLeaf) => void

  constructor(origin: string, onAct: (act: ActLeaf) => void) {
    this.handovers = new HandoverSurvey(origin)
    this.#onAct = onAct
  }

  readonly visit = (index: number, entry: Uint8Array): void => {
    if (this.failure) return
    const read = readLeaf(entry)
    if (read.kind === 'refused') {
      this.failure = failed(read.failure, 'tile/entries', `entry ${index}: ${read.why}`, index)
      return
    }
    this.counts[read.leaf.kind] += 1
    this.last = read.leaf.time
    if (read.leaf.kind === 'act') this.#takeAct(read.leaf, index)
    if (index === 0 && read.leaf.kind === 'act' && read.leaf.act === 'former-log') this.former = read.leaf.detail['held']
  }

  #takeAct(act: ActLeaf, index: number): void {
    const wrong = act.act === 'key-rotated' ? this.handovers.judge(act, index) : undefined
    if (wrong !== undefined) this.failure = failed('rotation-wrong', 'tile/entries', `entry ${index}: ${wrong}`, index)
    this.#onAct(act)
  }
}

function failed(failure: EvidenceFailureKind, where: string, why: string, index?: number): EvidenceFailure {
  return { kind: 'failed', failure, where, index: index ?? null, why }
}
