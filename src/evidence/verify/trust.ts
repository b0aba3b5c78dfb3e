import { type Failure, failed } from './failure.ts'
import type { VerifierKey } from './key.ts'
import { equalOctets } from './octets.ts'
import type { Tree } from './tree.ts'
import { type CheckpointNote, checkSignature } from './note.ts'

/** Whose word counts. The keys come from somewhere else than what is verified. */
export interface Trust {
  /** Keys of the log, one of which must have signed, or have handed over to the one that did. All carry its origin. */
  readonly keys: readonly VerifierKey[]
  /** Keys of witnesses, of whom at least `quorum` must have cosigned; those of logs count for nothing here. */
  readonly cosigners?: readonly VerifierKey[]
  readonly quorum?: number
  /** Checkpoints that somebody kept apart from the log. What is verified may have the same size as one, and then its root. */
  readonly held?: readonly Tree[]
}

/** A cosignature that verified. */
export interface Witnessed {
  readonly name: string
  /** Seconds since 1970, as the witness says. */
  readonly time: number | undefined
}

/** C2SP signed-note, "Signatures": those of unknown keys are ignored, a wrong one of a known key refuses the note. */
export async function judgeSignatures(
  note: CheckpointNote,
  keys: readonly VerifierKey[],
  { cosigners = [], quorum = 0, held = [] }: Omit<Trust, 'keys'>,
  where: string,
): Promise<{ readonly kind: 'signed'; readonly witnessed: readonly Witnessed[] } | Failure> {
  // A key speaks for the log whose name it carries, and for no other one that is trusted beside it.
  const own = keys.filter(({ name, type }) => name === note.origin && type === 'note')
  if (own.length === 0) return failed('other-origin', where, 'the checkpoint is of another log')
  let signed = false
  for (const key of own) {
    const { kind } = await checkSignature(note, key)
    if (kind === 'wrong') return failed('signature-wrong', where, 'the signature of the checkpoint does not verify')
    signed ||= kind === 'signed'
  }
  if (!signed) return failed('signature-unknown', where, 'no trusted key of the log signed the checkpoint')
  if (held.some(({ size, root }) => size === note.size && !equalOctets(root, note.root))) {
    return failed('fork', where, `two roots are signed for the first ${note.size} entries`)
  }
  // A witness that is named twice counts once.
  const witnessed = new Map<string, Witnessed>()
  // C2SP tlog-cosignature: of that type alone. Else a log whose key was given for one would witness itself.
  for (const key of cosigners.filter(({ type }) => type === 'cosignature')) {
    const check = await checkSignature(note, key)
    if (check.kind === 'wrong') return failed('cosignature-wrong', where, `the cosignature of ${key.name} does not verify`)
    if (check.kind === 'signed') witnessed.set(key.text, { name: key.name, time: check.time })
  }
  if (witnessed.size >= quorum) return { kind: 'signed', witnessed: [...witnessed.values()] }
  return failed('cosignatures-missing', where, `${witnessed.size} witnesses cosigned the checkpoint, ${quorum} must have`)
}
