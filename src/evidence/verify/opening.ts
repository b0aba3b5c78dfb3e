import { canonicalize } from './canonical.ts'
import { commitTo } from './commitment.ts'
import { type Failure, failed } from './failure.ts'
import type { AttemptOpening, SessionOpening } from './form.ts'
import type { Read } from './leaf.ts'
import { isCommitment, isPeer } from './leafShape.ts'
import { type JsonObject, isObject } from './shape.ts'
import { decodeBase64 } from './text.ts'

/** Holds what is said of an attempt against its commitments, one by one. */
export async function judgeAttemptOpening(leaf: JsonObject, opening: AttemptOpening): Promise<Failure | undefined> {
  const key = readCommitmentKey(opening.key)
  if (!key) return failed('opening-wrong', 'attempt.opening.key', 'it is not a key of 32 octets')
  for (const what of ['recipient', 'campaign', 'domain', 'message', 'reply'] as const) {
    const said = opening[what]
    const committed = leaf[what]
    // What there was none of is null. The domain may stand in the clear, and a commitment is not opened by saying it again.
    if (said === null ? committed === null : what === 'domain' && committed === said && !isCommitment(said)) continue
    if (said !== null && (await commitTo(key, what, said)) === committed) continue
    return failed('opening-wrong', `attempt.opening.${what}`, `the ${what} is not the one that the entry was written for`)
  }
  return undefined
}

/** The peer of a session, as the entry has it or as its opening shows it. */
export async function openPeer(leaf: JsonObject, opening: SessionOpening | null): Promise<Read | Failure> {
  const peer = leaf['peer']
  if (isObject(peer)) {
    if (opening) return failed('opening-wrong', 'session.opening', 'the entry needs none: the peer stands in it')
    return { kind: 'read', leaf: peer }
  }
  const key = opening ? readCommitmentKey(opening.key) : undefined
  if (!opening || !key || (await commitTo(key, 'peer', canonicalize(opening.peer))) !== peer) {
    return failed('opening-wrong', 'session.opening', 'the peer is not the one that the entry was written for')
  }
  if (!isPeer(opening.peer)) return failed('leaf-malformed', 'session.opening.peer', 'it has not the members that a peer has')
  return { kind: 'read', leaf: opening.peer }
}

function readCommitmentKey(text: string): Uint8Array<ArrayBuffer> | undefined {
  const key = decodeBase64(text, 'base64url')
  return key?.length === 32 ? key : undefined
}
