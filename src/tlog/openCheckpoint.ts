import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import type { Verifier } from './key.ts'
import { type Note, type Signed, parseNote, verifyNote } from './note.ts'

/** Whose word counts. The keys come from somewhere else than the log. */
export interface Trust {
  /** The log's name, as its checkpoints must carry it. */
  readonly origin: string
  /** Keys of the log: one of them must have signed. */
  readonly logKeys: readonly Verifier[]
  /** Keys of cosigners, of whom at least `quorum` must have signed. */
  readonly cosigners?: readonly Verifier[]
  readonly quorum?: number
}

/** A checkpoint whose signatures were verified, or why it counts for nothing. */
export type OpenedCheckpoint =
  | {
      readonly kind: 'opened'
      readonly checkpoint: Checkpoint
      readonly note: Note
      readonly cosignatures: readonly Signed[]
    }
  | CheckpointFailure

export interface CheckpointFailure {
  readonly kind: 'failed'
  readonly failure: CheckpointFailureKind
  readonly why: string
}

export type CheckpointFailureKind =
  | 'checkpoint-malformed'
  | 'other-origin'
  | 'signature-unknown'
  | 'signature-wrong'
  | 'cosignatures-missing'

/** Reads a signed checkpoint and holds it against the keys that are trusted. */
export function openCheckpoint(input: Uint8Array | string | Note, trust: Trust): OpenedCheckpoint {
  const note = typeof input === 'object' && 'kind' in input ? input : parseNote(input)
  if (note.kind === 'malformed') return failed('checkpoint-malformed', `the checkpoint is not a signed note: ${note.why}`)
  const checkpoint = parseCheckpoint(note.text)
  if (checkpoint.kind === 'malformed') return failed('checkpoint-malformed', `the checkpoint is none: ${checkpoint.why}`)
  if (checkpoint.origin !== trust.origin) return failed('other-origin', 'the checkpoint is of another log')
  const own = verifyNote(note, trust.logKeys)
  const others = verifyNote(note, trust.cosigners ?? [])
  for (const one of [own, others]) {
    if (one.kind === 'wrong') return failed('signature-wrong', `the signature of ${one.verifier.name} does not verify`)
  }
  if (own.kind !== 'verified') return failed('signature-unknown', 'no key of the log signed the checkpoint')
  const cosignatures = others.kind === 'verified' ? others.signed : []
  const quorum = trust.quorum ?? 0
  if (cosignatures.length < quorum) {
    return failed('cosignatures-missing', `${cosignatures.length} cosigners signed the checkpoint, ${quorum} must have`)
  }
  return { kind: 'opened', checkpoint, note, cosignatures }
}

function failed(failure: CheckpointFailureKind, why: string): CheckpointFailure {
  return { kind: 'failed', failure, why }
}
