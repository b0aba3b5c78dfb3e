import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ClaimedEvent, WaitingClaim } from '../claim/index.ts'
import { type AttemptFacts, type EvidenceLog, attemptKey, commit } from '../evidence/index.ts'
import {
  type ClaimTarget,
  type NotedLeaf,
  OpeningsReader,
  type QueueDatabase,
  SqliteClaimBox,
  claimsName,
} from '../store/index.ts'

/**
 * Numbers of attempts above this are claims: commitments are made under a key for each number, and our own attempts count
 * from 1. A message is not tried so often in its life.
 */
const firstNumber = 1_000_000

/** The queue and the log are the caller's alone. */
interface Hands {
  readonly store: Pick<QueueDatabase, 'claimTargets' | 'noteLeaves'>
  readonly log: Pick<EvidenceLog, 'size' | 'checkpoint' | 'attempt' | 'room' | 'flush' | 'readFrom'>
}

/** A claim with the message that it is about. */
interface Tied {
  readonly id: number
  readonly claim: ClaimedEvent
  readonly leaf: number | undefined
  readonly target: ClaimTarget
}

/** Takes what providers claim, and the server has kept, into the evidence. */
export class ClaimCarrier implements Disposable {
  readonly #data: string
  #box: SqliteClaimBox | undefined

  constructor(data: string) {
    this.#data = data
  }

  [Symbol.dispose](): void {
    this.#box?.[Symbol.dispose]()
  }

  /**
   * Takes all that waits. A claim on a message that is in flight waits until that has settled; one on a message that is not
   * in the queue any more is dropped.
   *
   * A claim is announced with its leaf, then recorded, then forgotten: whatever of this a crash leaves undone is seen in the
   * log, and no claim stands there twice.
   */
  async carry(hands: Hands): Promise<void> {
    // Made by the server that takes claims in; most data folders have none.
    if (!this.#box && !existsSync(join(this.#data, claimsName))) return
    const box = (this.#box ??= SqliteClaimBox.open(this.#data))
    for (let waiting = box.waiting(); waiting.length > 0; waiting = box.waiting(waiting.at(-1)?.id)) {
      await this.#carrySome(waiting, box, hands)
    }
  }

  async #carrySome(waiting: readonly WaitingClaim[], box: SqliteClaimBox, { store, log }: Hands): Promise<void> {
    const messages = waiting.flatMap(({ claim }) => (claim ? [claim.message] : []))
    const targets = new Map(store.claimTargets(messages).map((target) => [target.id, target]))
    const tied: Tied[] = []
    const done: number[] = []
    for (const { id, claim, leaf } of waiting) {
      const target = claim && targets.get(claim.message)
      if (!claim || !target) done.push(id)
      else if (!target.inFlight) tied.push({ id, claim, leaf, target })
    }
    const recorded: Tied[] = []
    for (const one of tied) if (one.leaf !== undefined && (await isRecorded(one, one.leaf, log))) recorded.push(one)
    const fresh = tied.filter((one) => !recorded.includes(one))
    await log.room()
    // From here to the last attempt nothing else runs: the leaves are those that were announced.
    const begin = log.size
    if (fresh.length > 0) box.announce(new Map(fresh.map(({ id }, at) => [id, begin + at])))
    const chains = new Map(recorded.map((one) => [one.target.id, this.#chainOf(one.leaf ?? 0)]))
    for (const one of fresh) {
      const { id, leaf } = one.target
      const chain = chains.get(id) ?? [leaf ?? null]
      chains.set(id, [...chain, log.attempt(describeClaim(one, chain.at(-1) ?? null))])
    }
    await log.flush()
    const noted = [...new Map(tied.map(({ target }) => [target.id, target])).values()].map(({ id, domainId }): NotedLeaf => {
      const behind = chains.get(id) ?? []
      return { id, domainId, leaf: behind.at(-1) ?? 0, behind }
    })
    if (noted.length > 0) await store.noteLeaves(noted)
    box.finish([...done, ...tied.map(({ id }) => id)])
  }

  /** The leaves of a message up to one that was recorded, the first one first. */
  #chainOf(last: number): readonly (number | null)[] {
    using openings = OpeningsReader.open(this.#data)
    const attempts = openings?.attemptsOf(last).toReversed() ?? []
    return attempts.length > 0 ? [attempts[0]?.previous ?? null, ...attempts.map(({ leaf }) => leaf)] : [last]
  }
}

function describeClaim({ id, claim, target }: Tied, previous: number | null): AttemptFacts {
  const { time, outcome, code, enhanced, reply, provider, event, tls } = claim
  const { key, address, campaign, domain } = target
  return {
    time,
    key,
    number: firstNumber + id,
    address,
    campaign,
    domain,
    session: null,
    message: null,
    octets: null,
    outcome,
    code,
    enhanced,
    reply,
    strength: 'claimed',
    claim: { provider, event, tls },
    previous,
  }
}

/** Whether a claim has the leaf that was announced for it: the commitment is under its own number. */
async function isRecorded({ id, target }: Tied, at: number, log: Hands['log']): Promise<boolean> {
  if (at >= log.checkpoint.size) return false
  for await (const { leaf } of log.readFrom(at)) {
    const recipient = commit(attemptKey(target.key, firstNumber + id), 'recipient', target.address)
    return leaf.kind === 'attempt' && leaf.strength === 'claimed' && leaf.recipient === recipient
  }
  return false
}
