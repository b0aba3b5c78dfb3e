import { verifyEd25519 } from './digest.ts'
import type { VerifierKey } from './key.ts'
import { decodeBase64, encodeText, parseDecimal, printHex } from './text.ts'

/** C2SP signed-note asks for 16 at the least. */
const maxSignatures = 100
/** No honest note is so long. */
const maxNoteLength = 100_000

/** The last second that RFC 3339 can write: a later one cannot be shown. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000

/** A signed checkpoint as it was read: nothing of it is verified. C2SP tlog-checkpoint, signed-note. */
export interface CheckpointNote {
  readonly origin: string
  /** Entries of the log. */
  readonly size: number
  readonly root: Uint8Array<ArrayBuffer>
  /** What is signed, with its last line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

interface NoteSignature {
  readonly name: string
  /** Eight hexadecimal digits. */
  readonly id: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** @returns why it is none, where it is none */
export function parseCheckpoint(note: string): CheckpointNote | string {
  if (note.length > maxNoteLength || !note.isWellFormed()) return 'it is too long, or not UTF-8'
  if (/[\0-\x09\x0b-\x1f]/.test(note)) return 'it holds a control character'
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return 'no signatures stand below an empty line'
  const text = note.slice(0, end + 1)
  const [origin = '', decimal = '', base64 = '', ...extensions] = text.slice(0, -1).split('\n')
  const size = parseDecimal(decimal)
  const root = decodeBase64(base64)
  if (origin === '') return 'its first line, the origin, is empty'
  if (size === undefined) return 'its second line is not a size'
  if (root?.length !== 32) return 'its third line is not a hash'
  if (extensions.includes('')) return 'one of its further lines is empty'
  const lines = note.slice(end + 2, -1).split('\n', maxSignatures + 1)
  if (lines.length > maxSignatures) return `it has more than ${maxSignatures} signatures`
  const signatures = lines.flatMap((line) => readSignature(line) ?? [])
  if (signatures.length < lines.length) return 'a line among the signatures is none'
  return { origin, size, root, text, signatures }
}

function readSignature(line: string): NoteSignature | undefined {
  const [, name = '', packed = ''] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const octets = decodeBase64(packed)
  if (name === '' || !octets || octets.length < 5) return undefined
  return { name, id: printHex(octets.subarray(0, 4)), signature: octets.slice(4) }
}

/** What a key's signature below a note is worth; of cosignatures with their time, in seconds since 1970. */
export type SignatureCheck =
  | { readonly kind: 'absent' | 'wrong' }
  | { readonly kind: 'signed'; readonly time: number | undefined }

/** One wrong signature of the key is enough to refuse the note. */
export async function checkSignature(note: CheckpointNote, key: VerifierKey): Promise<SignatureCheck> {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  let time: number | undefined
  for (const { signature } of own) {
    let message = note.text
    if (key.type === 'cosignature') {
      // C2SP tlog-cosignature: eight octets of time, then Ed25519 over two lines and the text.
      if (signature.length !== 72) return { kind: 'wrong' }
      const seconds = new DataView(signature.buffer).getBigUint64(0)
      if (seconds > latest) return { kind: 'wrong' }
      time = Number(seconds)
      message = `cosignature/v1\ntime ${seconds}\n${note.text}`
    }
    const signed = key.type === 'cosignature' ? signature.slice(8) : signature
    if (!(await verifyEd25519(key.octets, encodeText(message), signed))) return { kind: 'wrong' }
  }
  return own.length === 0 ? { kind: 'absent' } : { kind: 'signed', time }
}
