import { judgeCertificates } from './certificate.ts'
import { type Failure, failed } from './failure.ts'
import { type AttemptOpening, type EvidenceReceipt, parseReceipt } from './form.ts'
import { type InclusionProof, judgeInclusion, parseProof } from './inclusion.ts'
import { readLeaf } from './leaf.ts'
import type { CheckpointNote } from './note.ts'
import { judgeAttemptOpening, openPeer } from './opening.ts'
import { followRotations } from './rotation.ts'
import type { JsonObject } from './shape.ts'
import { decodeBase64 } from './text.ts'
import { type Trust, type Witnessed, judgeSignatures } from './trust.ts'

/** What a receipt proves: that this sender recorded it, and that it was not altered since. Not what a receiver did later. */
export interface ProvenReceipt {
  readonly kind: 'proven'
  readonly origin: string
  /** The entry, and who and what stands behind its commitments. */
  readonly attempt: JsonObject
  readonly opening: AttemptOpening
  readonly session: JsonObject | null
  /** The peer of the session: host, address, policy, certificate. */
  readonly peer: JsonObject | null
  /** Where the attempt stands in the log, from 0. */
  readonly index: number
  readonly checkpoint: CheckpointNote
  readonly witnessed: readonly Witnessed[]
  readonly certificates: readonly string[]
  /** So many times a key took the place of another. */
  readonly rotations: number
  /** RFC 3161 responses, base64: not judged here. */
  readonly timestamps: readonly string[]
}

/** Verifies a receipt with nothing but keys: the first wrong thing, or what it proves. */
export async function verifyReceipt(input: string | Uint8Array, trust: Trust): Promise<ProvenReceipt | Failure> {
  const read = parseReceipt(input)
  if (read.kind === 'failed') return read
  const { receipt } = read
  const { origin, certificates, rotations, timestamps } = receipt
  const trusted = trust.keys.filter(({ name, type }) => name === origin && type === 'note')
  if (trusted.length === 0) return failed('other-origin', 'origin', 'the receipt is of another log')
  const followed = await followRotations(origin, trusted, rotations)
  if (followed.kind === 'failed') return followed
  const proof = parseProof(receipt.attempt.proof, 'attempt.proof')
  if (proof.kind === 'failed') return proof
  const { checkpoint, index } = proof
  const signed = await judgeSignatures(checkpoint, followed.keys, trust, 'attempt.proof')
  if (signed.kind === 'failed') return signed
  const attempt = await judgeAttempt(receipt, proof)
  if (attempt.kind === 'failed') return attempt
  const session = await judgeSession(receipt, attempt.leaf, proof)
  if (session.kind === 'failed') return session
  for (const [place, { leaf, proof: text }] of rotations.entries()) {
    const where = `rotations.${place}.proof`
    const recorded = await judgeSameCheckpoint(leaf, text, proof, where)
    if (recorded.kind === 'failed') return recorded
  }
  if (timestamps.some((one) => decodeBase64(one) === undefined)) {
    return failed('receipt-malformed', 'timestamps', 'one of them is not base64')
  }
  return {
    kind: 'proven',
    origin,
    attempt: attempt.leaf,
    opening: receipt.attempt.opening,
    session: session.session,
    peer: session.peer,
    index,
    checkpoint,
    witnessed: signed.witnessed,
    certificates,
    rotations: rotations.length,
    timestamps,
  }
}

async function judgeAttempt(
  { attempt: { leaf: text, opening } }: EvidenceReceipt,
  proof: InclusionProof,
): Promise<{ readonly kind: 'read'; readonly leaf: JsonObject } | Failure> {
  const missing = await judgeInclusion(text, proof, proof.checkpoint, 'attempt.proof')
  if (missing) return missing
  const read = readLeaf(text, 'attempt', 'attempt.leaf')
  if (read.kind === 'failed') return read
  return (await judgeAttemptOpening(read.leaf, opening)) ?? read
}

interface JudgedSession {
  readonly kind: 'judged'
  readonly session: JsonObject | null
  readonly peer: JsonObject | null
}

async function judgeSession(
  { session, certificates }: EvidenceReceipt,
  attempt: JsonObject,
  proof: InclusionProof,
): Promise<JudgedSession | Failure> {
  if (session === null) {
    if (attempt['session'] !== null) {
      return failed('session-other', 'session', 'the receipt leaves out the session that the attempt names')
    }
    if (certificates.length > 0) return failed('certificate-wrong', 'certificates', 'no session is there that saw them')
    return { kind: 'judged', session: null, peer: null }
  }
  const included = await judgeSameCheckpoint(session.leaf, session.proof, proof, 'session.proof')
  if (included.kind === 'failed') return included
  const read = readLeaf(session.leaf, 'session', 'session.leaf')
  if (read.kind === 'failed') return read
  if (read.leaf['id'] !== attempt['session']) return failed('session-other', 'session.leaf', 'the attempt names another session')
  if (included.index >= proof.index) return failed('session-other', 'session.proof', 'the session was written after the attempt')
  const peer = await openPeer(read.leaf, session.opening)
  if (peer.kind === 'failed') return peer
  const wrong = await judgeCertificates(certificates, peer.leaf)
  return wrong ?? { kind: 'judged', session: read.leaf, peer: peer.leaf }
}

/** All parts of a receipt stand in one tree: else a sender could take each from another version of its log. */
async function judgeSameCheckpoint(
  leaf: string,
  text: string,
  { note, checkpoint }: InclusionProof,
  where: string,
): Promise<InclusionProof | Failure> {
  const proof = parseProof(text, where)
  if (proof.kind === 'failed') return proof
  if (proof.note !== note) return failed('checkpoint-other', where, 'the checkpoint is not that of the attempt')
  return (await judgeInclusion(leaf, proof, checkpoint, where)) ?? proof
}
