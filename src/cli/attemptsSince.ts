import { type EvidenceLog, type SessionLeaf, attemptKey, commit } from '../evidence/index.ts'
import type { LaterAttempt, LaterDelivery, OpenMessage, OpeningsReader } from '../store/index.ts'

/** Attempts after those that a copy knows of, at most: with waits of hours, they are weeks. */
const mostAttempts = 100

/**
 * What the evidence has of attempts after its first `size` leaves. Nothing in it names a recipient; who has the queue has the
 * keys, and works the commitments out again.
 *
 * @param openings say which messages need not be looked for; without them all are
 */
export async function readAttemptsSince(
  log: Pick<EvidenceLog, 'readFrom'>,
  size: number,
  openings: OpeningsReader | undefined,
): Promise<(message: OpenMessage) => LaterAttempt | undefined> {
  const sessions = new Map<string, LaterDelivery>()
  /** By the commitment to the recipient. */
  const attempts = new Map<string, Omit<LaterAttempt, 'number'>>()
  /** By campaign and domain, the numbers of attempts: where nothing was tried, nobody need be looked for. */
  const places = new Map<string, Set<number>>()
  /** An attempt whose opening is gone could be anybody's. */
  let unopened = false
  for await (const { index, leaf } of log.readFrom(size)) {
    if (leaf.kind === 'session') sessions.set(leaf.id, describeSession(leaf, hostOf(leaf, index, openings)))
    if (leaf.kind !== 'attempt' || leaf.strength === 'claimed') continue
    const opening = openings?.attempt(index)
    if (opening) {
      const place = placeOf(opening.campaign, opening.domain)
      places.set(place, (places.get(place) ?? new Set()).add(opening.number))
    } else unopened = true
    const session = sessions.get(leaf.session ?? '') ?? readSession(opening?.session, openings)
    attempts.set(leaf.recipient, { leaf: index, delivered: leaf.outcome === 'delivered' ? session : undefined })
  }
  return ({ campaign, domain, address, key, attempts: known }) => {
    const numbers = places.get(placeOf(campaign, domain))
    let last: LaterAttempt | undefined
    for (let number = Math.max(1, known); number <= known + mostAttempts; number++) {
      if (!unopened && !numbers?.has(number)) continue
      const found = attempts.get(commit(attemptKey(key, number), 'recipient', address))
      if (found) last = { ...found, number }
      if (found?.delivered) return last
    }
    return last
  }
}

function placeOf(campaign: string, domain: string): string {
  return JSON.stringify([campaign, domain])
}

function describeSession({ verdict, tls }: Pick<SessionLeaf, 'verdict' | 'tls'>, host: string | undefined): LaterDelivery {
  return { verdict, host, tls: tls ? `${tls.version} ${tls.cipher}` : undefined }
}

/** In the clear, or as the opening has it. */
function hostOf({ peer }: SessionLeaf, index: number, openings: OpeningsReader | undefined): string | undefined {
  return typeof peer === 'object' ? peer.host : openings?.session(index)?.peer.host
}

/** Of a connection that stood already when the copy was made. */
function readSession(leaf: number | null | undefined, openings: OpeningsReader | undefined): LaterDelivery {
  const session = leaf === null || leaf === undefined ? undefined : openings?.session(leaf)
  return session ? describeSession(session, session.peer.host) : { verdict: 'not-tested', host: undefined, tls: undefined }
}
