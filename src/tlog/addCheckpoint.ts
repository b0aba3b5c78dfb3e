import { hashOctets } from './hash.ts'
import { type Note, parseNote, printNote } from './note.ts'
import { type Malformed, decodeBase64, encodeBase64, malformed, parseDecimal, readText } from './text.ts'

/** C2SP tlog-witness, "add-checkpoint": what a witness is asked to cosign. */
export interface AddCheckpoint {
  readonly kind: 'add-checkpoint'
  /** Of the checkpoint that the witness cosigned last. */
  readonly oldSize: number
  /** RFC 6962 2.1.2, from that size to the checkpoint's. */
  readonly proof: readonly Uint8Array[]
  /** A signed note, not yet read as a checkpoint. */
  readonly checkpoint: Note
}

/** C2SP tlog-witness: a client sends no more. */
const maxProofLines = 63

/** The type of the answer that names the size of a witness, and its form. */
export const sizeType = 'text/x.tlog.size'

export function parseAddCheckpoint(input: Uint8Array | string): AddCheckpoint | Malformed {
  const text = readText(input)
  if (typeof text !== 'string') return text
  const end = text.indexOf('\n\n')
  if (end < 0) return malformed('no empty line stands before a checkpoint')
  const [first = '', ...lines] = text.slice(0, end).split('\n', maxProofLines + 2)
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice(4)) : undefined
  if (oldSize === undefined) return malformed('its first line is not an old size')
  if (lines.length > maxProofLines) return malformed(`its proof has more than ${maxProofLines} lines`)
  const proof: Uint8Array[] = []
  for (const line of lines) {
    const hash = decodeBase64(line)
    if (hash?.length !== hashOctets) return malformed('a line of its proof is not a hash')
    proof.push(hash)
  }
  const checkpoint = parseNote(text.slice(end + 2))
  if (checkpoint.kind === 'malformed') return malformed(`its checkpoint is not a signed note: ${checkpoint.why}`)
  return { kind: 'add-checkpoint', oldSize, proof, checkpoint }
}

export function printAddCheckpoint({ oldSize, proof, checkpoint }: Omit<AddCheckpoint, 'kind'>): string {
  const lines = [`old ${oldSize}`, ...proof.map((hash) => encodeBase64(hash))]
  return `${lines.join('\n')}\n\n${printNote(checkpoint)}`
}

/** The body of a 409: a size in decimal and a line feed; undefined for anything else. */
export function parseSize(body: string): number | undefined {
  return body.endsWith('\n') ? parseDecimal(body.slice(0, -1)) : undefined
}

/** The body of a 200: lines of signatures, as they stand below a note. */
export function printCosignatures({ signatures }: Pick<Note, 'signatures'>): string {
  const whole = printNote({ kind: 'note', text: '\n', signatures })
  return whole.slice(2)
}

/** Reads such lines; they are not verified. */
export function parseCosignatures(body: string): Note['signatures'] | Malformed {
  const note = parseNote(`\n\n${body}`)
  if (note.kind === 'malformed') return note
  return note.text === '\n' ? note.signatures : malformed('an empty line stands among the signatures')
}
