import type { Note } from '../tlog/index.ts'
import type { Anchor } from './folder.ts'

/** A checkpoint that a receipt may rest on, with all that others said of it. */
export interface ChosenAnchor {
  /** Its folder, below that of the log. */
  readonly path: string
  readonly size: number
  /** As the log signed it, with the cosignatures below. */
  readonly note: Note
  /** RFC 3161 responses over its text, DER. */
  readonly timestamps: readonly Uint8Array[]
}

/**
 * The first checkpoint with an entry in it that others said something of: what they say of it is the earliest that they say of
 * the entry. Undefined where there is none yet; a receipt rests on the last checkpoint then.
 *
 * @param anchors as `readAnchors` gives them, the smallest first; nothing of them is verified
 */
export function chooseAnchor(anchors: readonly Anchor[], index: number): ChosenAnchor | undefined {
  const found = anchors.find(
    ({ size, note, cosignatures, timestamps }) =>
      size > index && note.text.split('\n')[1] === String(size) && cosignatures.length + timestamps.length > 0,
  )
  if (!found) return undefined
  const { path, size, note, cosignatures, timestamps } = found
  const signatures = [...note.signatures, ...cosignatures]
  return { path, size, note: { ...note, signatures }, timestamps: timestamps.map(({ response }) => response) }
}
