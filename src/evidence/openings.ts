import type { AttemptFacts, SessionFacts } from './facts.ts'

/** What opens the commitments of a session's leaf, and what the leaf says. */
export interface SessionOpening extends Omit<SessionFacts, 'peer' | 'chain'> {
  readonly kind: 'session'
  readonly leaf: number
  /** 22 letters of base64url. */
  readonly id: string
  /** 32 octets; undefined where the peer stands in the clear. */
  readonly key: Uint8Array | undefined
  /** The peer as it was committed to: canonical JSON. */
  readonly peer: string
}

/** What opens the commitments of an attempt's leaf, but for the address and the recipient's key, which the queue has. */
export interface AttemptOpening extends Omit<AttemptFacts, 'key' | 'address' | 'session' | 'claim'> {
  readonly kind: 'attempt'
  readonly leaf: number
  /** The leaf of its session. */
  readonly session: number | null
}

/** A certificate as it was shown. */
export interface ShownCertificate {
  /** SHA-256, hex. */
  readonly sha256: string
  readonly der: Uint8Array
}

/** Where openings are kept: outside the log, as they are personal data. */
export interface OpeningsStore {
  /** Adds rows in the order of their leaves, all or none. They outlast a loss of power when this returns. */
  append(rows: readonly (SessionOpening | AttemptOpening)[], certificates: readonly ShownCertificate[]): void
  /** Removes rows of leaves that the log does not have: it has `size` of them. How many. */
  cutTo(size: number): number
}
