import { createHash } from 'node:crypto'
import { type Json, canonicalize } from './canonical.ts'

/**
 * The log is a file of lines, each a JSON object in canonical form (RFC 8785). An entry line holds its number, the hash
 * of the line before, and the entry; a checkpoint line holds a signature over all that stands above it.
 */
export interface EntryLine {
  readonly entry: { readonly [key: string]: Json }
  /** Hash of the line before, entry or checkpoint; 64 zeros for the first. */
  readonly prev: string
  /** From 0, without gaps. */
  readonly seq: number
}

export interface CheckpointLine {
  readonly checkpoint: {
    /** Hash of the line before. */
    readonly head: string
    /** Entries so far. */
    readonly size: number
    /** ISO 8601. */
    readonly time: string
  }
  /** Ed25519 (RFC 8032) over `signedText`, base64. */
  readonly signature: string
}

/** The hash before the first line. */
export const noHash = '0'.repeat(64)

/** The version stands in what is hashed and signed, so that a line of another format can never pass for one of this. */
const domain = 'sealpost evidence v1'

/** SHA-256 of a line, hex. */
export function hashLine(line: EntryLine | CheckpointLine): string {
  return createHash('sha256')
    .update(`${domain} line\n${printLine(line)}`)
    .digest('hex')
}

/** What a checkpoint's signature is made over. */
export function signedText(checkpoint: CheckpointLine['checkpoint']): Buffer {
  const { head, size, time } = checkpoint
  return Buffer.from(`${domain} checkpoint\n${canonicalize({ head, size, time })}`)
}

export function printLine(line: EntryLine | CheckpointLine): string {
  return 'entry' in line
    ? canonicalize({ entry: line.entry, prev: line.prev, seq: line.seq })
    : canonicalize({ checkpoint: { ...line.checkpoint }, signature: line.signature })
}
