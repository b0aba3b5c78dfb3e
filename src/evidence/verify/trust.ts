import { type Failure, failed } from './failure.ts'
import type { VerifierKey } from './key.ts'
import { type CheckpointNote, checkSignature } from './note.ts'

/** Whose word counts. The keys come from somewhere else than what is verified. */
export interface Trust {
  /** Keys of the log, one of which must have signed, or have handed over to the one that did. All carry its origin. */
  readonly keys: readonly VerifierKey[]
  /** Keys of witnesses, of whom at least `quorum` must have cosigned. */
  readonly cosigners?: readonly VerifierKey[]
  readonly quorum?: number
}

/** A cosignature that verified. */
export interface Witnessed {
  readonly name: string
  /** Seconds since 1970, as the witness says. */
  readonly time: number | undefined
}

/** C2SP signed-note, "Signatures": those of unknown keys are ignored, a wrong one of a known key refuses the note. */
export function judgeSignatures(
  note: CheckpointNote,
  keys: readonly VerifierKey[],
  { cosigners = [], quorum = 0 }: Trust,
  where: string,
): readonly Witnessed[] | Failure {
  if (!keys.some(({ name }) => name === note.origin)) return failed('other-origin', where, 'the checkpoint is of another log')
  const own = keys.map((key) => checkSignature(note, key).kind)
  if (own.includes('wrong')) return failed('signature-wrong', where, 'the signature of the checkpoint does not verify')
  if (!own.includes('signed')) return failed('signature-unknown', where, 'no trusted key of the log signed the checkpoint')
  const witnessed: Witnessed[] = []
  for (const key of cosigners) {
    const check = checkSignature(note, key)
    if (check.kind === 'wrong') return failed('cosignature-wrong', where, `the cosignature of ${key.name} does not verify`)
    if (check.kind === 'signed') witnessed.push({ name: key.name, time: check.time })
  }
  if (witnessed.length >= quorum) return witnessed
  return failed('cosignatures-missing', where, `${witnessed.length} witnesses cosigned the checkpoint, ${quorum} must have`)
}
