/** What can be wrong with a receipt, or with two checkpoints, and what that means. The set is closed: programs may rely on it. */
export const failures = {
  'receipt-malformed': 'The file is not a receipt, or it was damaged on its way.',
  'proof-malformed': 'The proof of an entry is not written as such proofs are.',
  'checkpoint-malformed': 'The checkpoint, which says what the log held, is not written as checkpoints are.',
  'leaf-malformed':
    'An entry of the log is not written as entries are: another program wrote it, or somebody who wants it to be read in two ways.',
  'leaf-other-kind': 'An entry is of another kind than the one that has to stand in its place.',
  'other-origin': 'It comes from another log than the one whose key is trusted.',
  'signature-unknown': 'No key that is trusted has signed it, and none that such a key handed over to.',
  'signature-wrong': 'The signature is not of what stands above it: the checkpoint was changed after it was signed.',
  'cosignature-wrong': 'The signature of a witness is not of this checkpoint.',
  'cosignatures-missing': 'Fewer witnesses signed the checkpoint than are asked for.',
  'rotation-wrong': 'A key is said to have taken the place of another, and the former one did not sign that.',
  'index-outside': 'The log had fewer entries when it was signed than it must have had.',
  'not-included': 'The entry is not in the log that was signed: it was changed, or never written.',
  'checkpoint-other': 'The parts of the receipt come from different states of the log.',
  'opening-wrong': 'What is said of the recipient, the message or the server is not what was recorded.',
  'session-other': 'The connection is not the one in which this was sent.',
  'certificate-wrong': 'The certificates are not those that the server showed.',
  fork: 'The log has signed two different histories: it was rewritten.',
  'proof-wrong': 'The proof between two checkpoints leads to neither of them, and shows nothing.',
} as const

export type FailureKind = keyof typeof failures

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
