import { sign, verify } from 'node:crypto'
import { SealpostError } from '../errors.ts'
import { type Cosignature, cosignedText, packCosignature, unpackCosignature } from './cosignature.ts'
import { type Signer, type Verifier, isKeyName } from './key.ts'
import { type Malformed, decodeBase64, encodeBase64, malformed, readText } from './text.ts'

/** C2SP signed-note: at least 16 must be read; golang.org/x/mod/sumdb/note stops at 100 too. */
const maxSignatures = 100

/** A line below a note: who signed it, with what. Not verified. */
export interface NoteSignature {
  readonly name: string
  /** The key id, eight hexadecimal digits. */
  readonly id: string
  readonly signature: Uint8Array
}

/** C2SP signed-note. */
export interface Note {
  readonly kind: 'note'
  /** What is signed, with its last line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const signatureLine = /^\u2014 (\S+) (\S+)$/u

/** Reads a note: text, an empty line, one signature a line. */
export function parseNote(input: Uint8Array | string): Note | Malformed {
  const whole = readText(input)
  if (typeof whole !== 'string') return whole
  // The text may hold empty lines: the last one ends it.
  const end = whole.lastIndexOf('\n\n')
  if (end < 0 || !whole.endsWith('\n')) return malformed('no signatures stand below an empty line')
  const lines = whole.slice(end + 2, -1).split('\n', maxSignatures + 1)
  if (lines.length > maxSignatures) return malformed(`it has more than ${maxSignatures} signatures`)
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const [, name = '', base64 = ''] = signatureLine.exec(line) ?? []
    const octets = decodeBase64(base64)
    if (!isKeyName(name) || !octets || octets.length < 5) return malformed('a line among the signatures is none')
    signatures.push({ name, id: Buffer.from(octets.subarray(0, 4)).toString('hex'), signature: octets.subarray(4) })
  }
  return { kind: 'note', text: whole.slice(0, end + 1), signatures }
}

export function printNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, id, signature }) => `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/**
 * Signs a note, one signature after another.
 *
 * @param time for cosignatures: seconds since 1970
 * @throws SealpostError SP_NOTE_INVALID where the text is none that a note may have
 */
export function signNote(text: string, signers: readonly Signer[], time?: number): Note {
  if (typeof readText(text) !== 'string' || !text.endsWith('\n')) {
    throw new SealpostError('SP_NOTE_INVALID', {
      what: 'The text of a note ends with a line feed and holds no other control character',
    })
  }
  return { kind: 'note', text, signatures: signers.map((signer) => signText(text, signer, time)) }
}

/** Adds signatures to a note; a former one of the same key gives way. */
export function addSignatures(note: Note, signers: readonly Signer[], time?: number): Note {
  const { signatures } = signNote(note.text, signers, time)
  const kept = note.signatures.filter((one) => !signatures.some((other) => isOfKey(one, other)))
  return { ...note, signatures: [...kept, ...signatures] }
}

function signText(text: string, { verifier, key }: Signer, time: number | undefined): NoteSignature {
  const { name, id, type } = verifier
  if (type === 'note') return { name, id, signature: sign(null, Buffer.from(text), key) }
  if (time === undefined) throw new RangeError('a cosignature needs a time')
  return { name, id, signature: packCosignature(time, sign(null, cosignedText(text, time), key)) }
}

/** A signature that verified. */
export interface Signed {
  readonly verifier: Verifier
  /** Of a cosignature: when it was made, in seconds since 1970. */
  readonly time: number | undefined
}

/** What the signatures of a note are worth to somebody who knows some keys. */
export type NoteVerification =
  | { readonly kind: 'verified'; readonly signed: readonly Signed[] }
  /** One of a known key is wrong: the whole note is refused. */
  | { readonly kind: 'wrong'; readonly verifier: Verifier }
  /** None is of a known key. */
  | { readonly kind: 'unknown' }

/** C2SP signed-note, "Signatures": those of unknown keys are ignored, and one wrong signature of a known key is enough. */
export function verifyNote(note: Note, verifiers: readonly Verifier[]): NoteVerification {
  // A key that is named twice, or that signed twice, counts once.
  const signed = new Map<string, Signed>()
  for (const signature of note.signatures) {
    for (const verifier of verifiers.filter((one) => isOfKey(one, signature))) {
      const cosignature = verifier.type === 'cosignature' ? unpackCosignature(signature.signature) : undefined
      if (!verifyText(note.text, signature.signature, verifier, cosignature)) return { kind: 'wrong', verifier }
      signed.set(`${verifier.name}+${verifier.id}`, { verifier, time: cosignature?.time })
    }
  }
  return signed.size === 0 ? { kind: 'unknown' } : { kind: 'verified', signed: [...signed.values()] }
}

function verifyText(text: string, signature: Uint8Array, { type, key }: Verifier, cosignature?: Cosignature): boolean {
  if (type === 'note') return signature.length === 64 && verify(null, Buffer.from(text), key, signature)
  if (!cosignature) return false
  return verify(null, cosignedText(text, cosignature.time), key, cosignature.signature)
}

function isOfKey(a: { name: string; id: string }, b: { name: string; id: string }): boolean {
  return a.name === b.name && a.id === b.id
}
