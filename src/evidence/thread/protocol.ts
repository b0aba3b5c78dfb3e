import type { KeyObject } from 'node:crypto'
import type { PlainError } from '../../plainError.ts'
import type { AttemptFacts, SessionFacts } from '../facts.ts'

/** What the thread is started with. */
export interface ThreadData {
  /** The data folder. */
  readonly folder: string
  readonly origin: string
  /** Signs checkpoints. */
  readonly key: KeyObject
  /** Public keys that signed before, `name+id+key`. */
  readonly formerKeys: readonly string[]
  readonly domains: 'clear' | 'committed'
  readonly held: Checkpoint | undefined
}

/** A checkpoint without its signature. */
export interface Checkpoint {
  readonly size: number
  /** The root of the tree, hex. */
  readonly root: string
}

/** Facts as they are sent over. Keys and hashes of attempts travel together, apart from the rest (`octetsOfAttempt`). */
export type Posted =
  | (Omit<SessionFacts, 'chain'> & { readonly kind: 'session'; readonly id: string })
  | (Omit<AttemptFacts, 'key' | 'message' | 'session'> & {
      readonly kind: 'attempt'
      /** Its session's id and leaf. */
      readonly session: { readonly id: string; readonly leaf: number } | null
      /** Whether the message's hash is known. */
      readonly hashed: boolean
    })
  /** An act is rare: its leaf is made by who posts it. */
  | { readonly kind: 'act'; readonly text: string }

/** The key of the recipient and the hash of the message, 32 octets each. */
export const octetsOfAttempt = 64

export type Request =
  | {
      readonly kind: 'append'
      readonly facts: readonly Posted[]
      /** `octetsOfAttempt` for each attempt among the facts, in their order. */
      readonly octets: Uint8Array
      /** Certificates that were not sent before. */
      readonly certificates: readonly Uint8Array[]
    }
  /** Answered when all that was appended before is on the disk and signed. */
  | { readonly kind: 'commit'; readonly id: number }
  | { readonly kind: 'close' }

export type Answer =
  | { readonly kind: 'ready'; readonly checkpoint: Checkpoint }
  /** The log could not be opened. */
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'committed'; readonly id: number; readonly checkpoint: Checkpoint }
  /** Nothing can be written any more. */
  | { readonly kind: 'failed'; readonly error: PlainError }
