import { verify } from 'node:crypto'
import type { VerifierKey } from './key.ts'
import { decodeBase64, parseDecimal } from './text.ts'

/** C2SP signed-note asks for 16 at the least; no honest note is so long. */
const maxSignatures = 100
const maxNoteOctets = 1_000_000

/** A signed checkpoint as it was read: nothing of it is verified. C2SP tlog-checkpoint, signed-note. */
export interface CheckpointNote {
  readonly origin: string
  /** Entries of the log. */
  readonly size: number
  readonly root: Buffer
  /** What is signed, with its last line feed. */
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly signature: Buffer }[]
}

/** @returns why it is none, where it is none */
export function parseCheckpoint(note: string): CheckpointNote | string {
  if (note.length > maxNoteOctets || !note.isWellFormed()) return 'it is too long, or not UTF-8'
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
  const signatures: { name: string; id: string; signature: Buffer }[] = []
  for (const line of lines) {
    const [, name = '', packed = ''] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? []
    const octets = decodeBase64(packed)
    if (name === '' || !octets || octets.length < 5) return 'a line among the signatures is none'
    signatures.push({ name, id: octets.toString('hex', 0, 4), signature: octets.subarray(4) })
  }
  return { origin, size, root, text, signatures }
}

/** What a key's signature below a note is worth; of cosignatures with their time, in seconds since 1970. */
export type SignatureCheck = { readonly kind: 'absent' | 'wrong' } | { readonly kind: 'signed'; readonly time: number | undefined }

/** One wrong signature of the key is enough to refuse the note. */
export function checkSignature(note: CheckpointNote, key: VerifierKey): SignatureCheck {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  let time: number | undefined
  for (const { signature } of own) {
    if (key.type === 'cosignature') {
      // C2SP tlog-cosignature: eight octets of time, then Ed25519 over two lines and the text.
      if (signature.length !== 72) return { kind: 'wrong' }
      time = Number(signature.readBigUInt64BE())
      const cosigned = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`)
      if (!Number.isSafeInteger(time) || !verify(null, cosigned, key.key, signature.subarray(8))) return { kind: 'wrong' }
    } else if (signature.length !== 64 || !verify(null, Buffer.from(note.text), key.key, signature)) return { kind: 'wrong' }
  }
  return own.length === 0 ? { kind: 'absent' } : { kind: 'signed', time }
}
