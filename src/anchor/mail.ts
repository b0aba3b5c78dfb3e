import { type Note, printNote } from '../tlog/index.ts'
import type { Recorded } from './record.ts'

/** A checkpoint as a mail to whoever is to keep it. */
export function writeCheckpointMail(
  { origin, size, root }: Recorded,
  note: Note,
): { readonly subject: string; readonly text: string } {
  return {
    subject: `Checkpoint of ${origin}: ${size} entries`,
    text: `This is a checkpoint of the evidence log ${origin}.

Keep this mail where nobody who keeps the log can change it. When the log is
audited, the checkpoint shows whether anything up to here was changed or removed:

  ${size}:${Buffer.from(root).toString('hex')}

As the log signed it:

${printNote(note)}`,
  }
}
