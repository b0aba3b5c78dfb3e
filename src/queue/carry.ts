import { SealpostError } from '../errors.ts'
import type { Outcome, Outgoing } from '../smtpclient/index.ts'
import { type Classified, classifyOutcome } from './classify/index.ts'
import type { Delivery } from './delivery.ts'
import type { Rendered } from './item.ts'
import type { QueueItem, Settlement } from './store.ts'
import type { Lane } from './lane.ts'
import type { PaceEvent } from './limit/index.ts'
import { type SentMessage, describeAttempt, digestMessage } from './record.ts'
import { giveBackOne, mayBegin } from './right.ts'
import { nextTry } from './schedule.ts'
import { type Session, describeTls } from './session.ts'
import { suppressionWords } from './suppression.ts'

/** A message that is ready to be handed over, to one recipient or to several that get the same octets. */
interface Prepared {
  readonly items: readonly QueueItem[]
  readonly outgoing: Outgoing
  /** The same octets for all of them. */
  readonly message: SentMessage
}

/** What a connection came to. */
export interface Carried {
  /** Recipients whose message the server took, or refused for themselves while it went on listening. */
  readonly progress: number
  /** The server refuses us rather than single recipients: why, and when to come back. */
  readonly putOff: Pick<Classified, 'reason' | 'class'> | undefined
}

/** So many refusals in a row that speak of us, and no recipient is tried any more. */
const tooManyRefusals = 3

/**
 * Hands a lane's messages over on one connection, the next one being ready before the last is answered, until there is
 * none left or the connection is of no more use. Whatever happens, what was begun is settled, and the rest is put back.
 */
export async function carryMessages(lane: Lane, session: Session, delivery: Delivery): Promise<Carried> {
  const { connection } = session
  const { messagesPerConnection } = lane.facts.rule
  let carried = 0
  let progress = 0
  let refusals = 0
  let putOff: Carried['putOff']
  let current = await prepare(lane, session, delivery, true)
  while (current) {
    const more = carried + 1 < messagesPerConnection && putOff === undefined
    const following = more ? prepare(lane, session, delivery, false) : undefined
    const outcomes = await connection.send(
      current.outgoing,
      following?.then((prepared) => prepared?.outgoing),
    )
    const conclusion = conclude(current, outcomes, { session, lane, delivery, fresh: progress === 0 })
    progress += conclusion.progress
    refusals = conclusion.progress > 0 ? 0 : refusals + (conclusion.ofUs ? 1 : 0)
    if (refusals >= tooManyRefusals && conclusion.ofUs) putOff = conclusion.ofUs
    carried += 1
    const next = await following
    if (!connection.usable) {
      for (const item of (next?.items ?? []).toReversed()) giveBack(item, lane)
      break
    }
    if (next) current = next
    else current = more && putOff === undefined ? await prepare(lane, session, delivery, true) : undefined
  }
  return { progress, putOff }
}

/** Takes the next message and makes it. What cannot be made concerns its recipient alone, and the one after it is taken. */
async function prepare(lane: Lane, session: Session, delivery: Delivery, patient: boolean): Promise<Prepared | undefined> {
  for (;;) {
    if (!mayBegin(lane)) return undefined
    const item = await lane.take(patient)
    if (!item) {
      giveBackOne(lane)
      return undefined
    }
    const rendered = isWithheld(item, lane, delivery) ? undefined : await render(item, session, delivery)
    if (!rendered) {
      giveBackOne(lane)
      delivery.paces.get(item.campaign)?.giveBack()
      continue
    }
    const items = [item]
    const to = [rendered.to]
    while (rendered.shared !== undefined && items.length < lane.facts.rule.recipientsPerTransaction) {
      const another = lane.takeReady()
      if (!another) break
      const same = isWithheld(another, lane, delivery) ? undefined : await render(another, session, delivery)
      if (!same) {
        delivery.paces.get(another.campaign)?.giveBack()
        continue
      }
      if (same.shared !== rendered.shared || same.from !== rendered.from || !mayBegin(lane)) {
        lane.putBack(another)
        break
      }
      items.push(another)
      to.push(same.to)
    }
    const { requireTls } = lane.facts.policy.message
    const envelope = { from: rendered.from, to, requireTls, ...(rendered.dsn ? { dsn: rendered.dsn } : {}) }
    return { items, outgoing: { envelope, message: rendered.raw }, message: digestMessage(rendered.raw) }
  }
}

/** What was taken and not begun goes back in front, and counts for no limit. */
function giveBack(item: QueueItem, lane: Lane): void {
  lane.putBack(item)
  giveBackOne(lane)
}

/** Who wants no more mail, or can get none, gets nothing: the message is not even made. Where that cannot be told, nothing is sent. */
function isWithheld(item: QueueItem, lane: Lane, { settler, suppressed, clock, fail }: Delivery): boolean {
  try {
    const reason = suppressed(item, lane.ahead)
    if (reason === undefined) return false
    settler.settle({ ...unsent, id: item.id, domainId: item.domainId, state: 'suppressed', reason: suppressionWords[reason] })
  } catch (error) {
    settler.giveBack(item, clock.now())
    fail(error)
  }
  return true
}

const unsent = {
  nextAt: 0,
  class: undefined,
  code: undefined,
  enhanced: undefined,
  verdict: 'not-tested',
  host: undefined,
  tls: undefined,
  leaf: undefined,
} satisfies Partial<Settlement>

async function render(item: QueueItem, session: Session, delivery: Delivery): Promise<Rendered | undefined> {
  const job = delivery.jobs.get(item.campaign)
  try {
    if (!job) throw new Error(`there is no job for ${item.campaign}`)
    return await job.source.render(item)
  } catch (error) {
    if (error instanceof SealpostError && error.scope !== 'program') {
      delivery.settler.settle({ ...baseOf(item, session), state: 'failed', verdict: 'not-tested', reason: error.message })
    } else {
      delivery.settler.giveBack(item, delivery.clock.now())
      delivery.fail(error)
    }
    return undefined
  }
}

interface Circumstances {
  readonly session: Session
  readonly lane: Lane
  readonly delivery: Delivery
  /** Nothing was taken on this connection before. */
  readonly fresh: boolean
}

interface Conclusion {
  readonly progress: number
  /** A refusal that speaks of us. */
  readonly ofUs: Carried['putOff']
}

/** Writes down what became of each recipient. */
function conclude({ items, message }: Prepared, outcomes: readonly Outcome[], circumstances: Circumstances): Conclusion {
  const { session, lane, delivery, fresh } = circumstances
  const now = delivery.clock.now()
  let progress = 0
  let ofUs: Conclusion['ofUs']
  for (const [index, item] of items.entries()) {
    const outcome = outcomes[index] ?? { kind: 'broken', stage: 'mail', why: 'no outcome' }
    if (isUntouched(outcome, outcomes, fresh)) {
      giveBack(item, lane)
      continue
    }
    const result = classifyOutcome(outcome)
    const tried = { item, time: now, session: session.recorded, message, outcome, result }
    const leaf = delivery.recorder.attempt(describeAttempt(tried))
    const state = result.outcome === 'delivered' ? 'sent' : result.outcome === 'failed' ? 'failed' : 'deferred'
    const nextAt = state === 'deferred' ? comeAgain(item, result, session, delivery, now) : 0
    learn(item, result, session, delivery, now)
    delivery.settler.settle({
      ...baseOf(item, session),
      state,
      nextAt,
      reason: result.reason,
      class: result.class,
      code: result.code,
      enhanced: result.enhanced,
      leaf,
    })
    const event = eventOf(result)
    if (event) for (const limit of lane.facts.limits) limit.note(event)
    if (state === 'sent' || session.connection.usable) progress += 1
    if (state === 'deferred' && result.scope === 'destination') ofUs = { reason: result.reason, class: result.class }
  }
  return { progress: ofUs && progress === items.length ? 0 : progress, ofUs }
}

/** What an attempt says of the pace; a full mailbox or a greylist says nothing. */
function eventOf({ outcome, code, class: name }: Classified): PaceEvent | undefined {
  if (outcome === 'delivered') return 'accepted'
  if (code === 421) return 'closed'
  return outcome === 'deferred' && (name === 'rate' || name === 'server') ? 'put-off' : undefined
}

/** Milliseconds since the epoch of the next try. */
function comeAgain(item: QueueItem, result: Classified, session: Session, delivery: Delivery, now: number): number {
  const schedule = delivery.jobs.get(item.campaign)?.schedule ?? { retryMs: [], giveUpMs: Infinity }
  const { attempt, firstTriedAt, begunAt } = item
  // RFC 5321 4.5.4.1: the time is the message's own. One that a pace keeps back for days is not given up at its first try.
  const tried = { attempt, firstTriedAt, learntMs: session.learntMs, giveUpAt: (begunAt ?? now) + schedule.giveUpMs }
  return nextTry(tried, result, schedule, now, delivery.random)
}

/** What a host does with strangers is learnt from those it put off, and from when it took them. */
function learn(item: QueueItem, result: Classified, session: Session, { greylist, fail }: Delivery, now: number): void {
  const again = item.firstTriedAt !== undefined && result.outcome === 'delivered'
  if (result.class !== 'greylisted' && !again) return
  const seen = { firstTriedAt: item.firstTriedAt ?? now, at: now, result: again ? 'accepted' : 'greylisted' } as const
  greylist.note(session.reached.endpoint.host, seen).catch(fail)
}

/**
 * Nothing was said about this message: it is another transaction's turn, or the server ended the connection between two
 * messages, as many do after some number of them.
 */
function isUntouched(outcome: Outcome, all: readonly Outcome[], fresh: boolean): boolean {
  if (outcome.kind === 'surplus') return all.some(({ kind }) => kind !== 'surplus')
  if (fresh) return false
  if (outcome.kind === 'broken') return outcome.stage === 'mail'
  return outcome.kind === 'refused' && outcome.stage === 'mail' && outcome.reply.code === 421
}

function baseOf(item: QueueItem, { reached }: Session) {
  const { judgement, endpoint, tls } = reached
  return {
    ...unsent,
    id: item.id,
    domainId: item.domainId,
    verdict: judgement.verdict,
    host: endpoint.host,
    tls: describeTls(tls),
  } satisfies Partial<Settlement>
}
