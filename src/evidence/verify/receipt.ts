import { judgeCertificates } from './certificate.ts'
import { type Failure, failed } from './failure.ts'
import { type AttemptOpening, type EvidenceReceipt, parseReceipt } from './form.ts'
import { type Included, judgeInclusion } from './inclusion.ts'
import type { VerifierKey } from './key.ts'
import { type Leaf, readLeaf } from './leaf.ts'
import type { CheckpointNote } from './note.ts'
import { judgeAttemptOpening, openPeer } from './opening.ts'
import { followRotations } from './rotation.ts'
import { type Trust, type Witnessed, judgeSignatures } from './trust.ts'

/** What a receipt proves: that this sender recorded it, and that it was not altered since. Not what a receiver did later. */
export interface ProvenReceipt {
  readonly kind: 'proven'
  readonly origin: string
  /** The entry, and who and what stands behind its commitments. */
  readonly attempt: Leaf
  readonly opening: AttemptOpening
  readonly session: Leaf | null
  /** The peer of the session: host, address, policy, certificate. */
  readonly peer: Leaf | null
  readonly index: number
  readonly checkpoint: CheckpointNote
  readonly witnessed: readonly Witnessed[]
  /** Keys were changed so often between one that is trusted and the one that signed. */
  readonly rotations: number
  /** RFC 3161 responses, base64: not judged here. */
  readonly timestamps: readonly string[]
}

/** Verifies a receipt with nothing but keys: the first wrong thing, or what it proves. */
export function verifyReceipt(input: string | Uint8Array, trust: Trust): ProvenReceipt | Failure {
  const receipt = parseReceipt(input)
  if ('kind' in receipt) return receipt
  const { origin } = receipt
  if (!trust.keys.some(({ name }) => name === origin)) return failed('other-origin', 'origin', 'the receipt is of another log')
  const followed = followRotations(trust.keys, receipt.rotations)
  if ('kind' in followed) return followed
  const { keys, recorded } = followed
  for (const [place, { checkpoint }] of recorded.entries()) {
    const judged = judgeSignatures(checkpoint, keys, { keys }, `rotations.${place}.proof`)
    if ('kind' in judged) return judged
  }
  const attempt = judgeAttempt(receipt, keys, trust)
  if ('failure' in attempt) return attempt
  const session = judgeSession(receipt, attempt, keys)
  if ('failure' in session) return session
  const { timestamps } = receipt
  return { ...attempt, ...session, kind: 'proven', origin, rotations: recorded.length, timestamps }
}

type JudgedAttempt = Pick<ProvenReceipt, 'attempt' | 'opening' | 'index' | 'checkpoint' | 'witnessed'>

function judgeAttempt(receipt: EvidenceReceipt, keys: readonly VerifierKey[], trust: Trust): JudgedAttempt | Failure {
  const { leaf: text, proof, opening } = receipt.attempt
  const included = judgeInclusion(text, proof, 'attempt.proof')
  if (included.kind === 'failed') return included
  const witnessed = judgeSignatures(included.checkpoint, keys, trust, 'attempt.proof')
  if ('failure' in witnessed) return witnessed
  const read = readLeaf(text, 'attempt', 'attempt.leaf')
  if (read.kind === 'failed') return read
  const wrong = judgeAttemptOpening(read.leaf, opening)
  return wrong ?? { attempt: read.leaf, opening, index: included.index, checkpoint: included.checkpoint, witnessed }
}

function judgeSession(
  { session, certificates }: EvidenceReceipt,
  { attempt, index }: JudgedAttempt,
  keys: readonly VerifierKey[],
): Pick<ProvenReceipt, 'session' | 'peer'> | Failure {
  if (session === null) {
    if (attempt['session'] === null && certificates.length === 0) return { session: null, peer: null }
    return failed('session-other', 'session', 'the receipt leaves out the session that the attempt names')
  }
  const included: Included | Failure = judgeInclusion(session.leaf, session.proof, 'session.proof')
  if (included.kind === 'failed') return included
  const signed = judgeSignatures(included.checkpoint, keys, { keys }, 'session.proof')
  if ('failure' in signed) return signed
  const read = readLeaf(session.leaf, 'session', 'session.leaf')
  if (read.kind === 'failed') return read
  if (read.leaf['id'] !== attempt['session']) return failed('session-other', 'session.leaf', 'the attempt names another session')
  if (included.index >= index) return failed('session-other', 'session.proof', 'the session was written after the attempt')
  const peer = openPeer(read.leaf, session.opening)
  if (peer.kind === 'failed') return peer
  return judgeCertificates(certificates, peer.leaf) ?? { session: read.leaf, peer: peer.leaf }
}
