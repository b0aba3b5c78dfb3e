/** What can be wrong with a receipt or with a pair of checkpoints. The set is closed: a program may rely on it. */
export const failureKinds = [
  /** The file is not what it should be by its form. */
  'receipt-malformed',
  'proof-malformed',
  'checkpoint-malformed',
  'leaf-malformed',
  /** It is of another log. */
  'other-origin',
  /** No key that is trusted, and none that such a key handed over to, signed the checkpoint. */
  'signature-unknown',
  'signature-wrong',
  /** A cosigner's signature does not verify. */
  'cosignature-wrong',
  'cosignatures-missing',
  /** A key hands over to another one, and its signature over that does not verify. */
  'rotation-wrong',
  /** The log that is signed has fewer entries than the one that is to be proven. */
  'index-outside',
  'not-included',
  /** The parts of the receipt are not all of one checkpoint. */
  'checkpoint-other',
  /** The entry is of another kind than the one that is to be proven. */
  'leaf-other-kind',
  /** What is said to stand behind a commitment does not. */
  'opening-wrong',
  /** The session is not the one that the attempt names, or was written after it. */
  'session-other',
  /** The certificates are not those that the session has. */
  'certificate-wrong',
  /** A checkpoint that was kept has the same size and another root: the log has signed two histories. */
  'fork',
  /** A proof between two checkpoints leads to the root of neither, and shows nothing. */
  'proof-wrong',
] as const

export type FailureKind = (typeof failureKinds)[number]

/** The first thing that is wrong. */
export interface Failure {
  readonly kind: 'failed'
  readonly failure: FailureKind
  /** Which part of the file, as its members are named: `attempt.proof`. */
  readonly where: string
  /** One clause. */
  readonly why: string
}

export function failed(failure: FailureKind, where: string, why: string): Failure {
  return { kind: 'failed', failure, where, why }
}
