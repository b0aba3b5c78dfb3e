import { canonicalize } from './canonical.ts'
import { type Committed, commitment } from './commitment.ts'
import { type Failure, failed } from './failure.ts'
import type { AttemptOpening, SessionOpening } from './form.ts'
import type { Leaf, Read } from './leaf.ts'
import { decodeBase64, isObject } from './text.ts'

/** Holds what is said of an attempt against its commitments, one by one. */
export function judgeAttemptOpening(leaf: Leaf, opening: AttemptOpening): Failure | undefined {
  const key = readKey(opening.key)
  if (!key) return failed('opening-wrong', 'attempt.opening.key', 'it is not a key')
  for (const what of ['recipient', 'campaign', 'domain', 'message', 'reply'] as const) {
    const said = opening[what]
    // The domain may stand in the clear, and what there was none of is null.
    if (leaf[what] === said || opens(key, what, said, leaf[what])) continue
    return failed('opening-wrong', `attempt.opening.${what}`, `the ${what} is not the one that the entry was written for`)
  }
  // An address in the clear would be a name in the log, and a recipient that anybody may have put there.
  if (leaf['recipient'] === opening.recipient) return failed('leaf-malformed', 'attempt.leaf', 'the recipient is not committed to')
  return undefined
}

/** The peer of a session, as the entry has it or as its opening shows it. */
export function openPeer(leaf: Leaf, opening: SessionOpening | null): Read | Failure {
  const peer = leaf['peer']
  if (isObject(peer)) {
    if (opening) return failed('opening-wrong', 'session.opening', 'the entry needs none: the peer stands in it')
    return { kind: 'read', leaf: peer as Leaf }
  }
  const key = opening ? readKey(opening.key) : undefined
  if (!opening || !key || !opens(key, 'peer', canonicalize(opening.peer), peer)) {
    return failed('opening-wrong', 'session.opening', 'the peer is not the one that the entry was written for')
  }
  return { kind: 'read', leaf: opening.peer }
}

function opens(key: Buffer, what: Committed, value: string | null, committed: unknown): boolean {
  return value !== null && typeof committed === 'string' && commitment(key, what, value) === committed
}

function readKey(text: string): Buffer | undefined {
  const key = decodeBase64(text, 'base64url')
  return key?.length === 32 ? key : undefined
}
