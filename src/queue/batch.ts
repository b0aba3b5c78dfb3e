import { SealpostError } from '../errors.ts'
import { type AttemptEntry, commit } from '../evidence/index.ts'
import type { Outcome } from '../smtpclient/index.ts'
import { classifyOutcome } from './classify/index.ts'
import type { QueueItem, Settlement } from './item.ts'
import type { Lane, LaneOptions } from './lane.ts'
import { nextTry } from './schedule.ts'
import { type Session, describeTls } from './session.ts'

/** Milliseconds after which what was done is settled on disk, though the batch is not at its end. */
const settleEvery = 1_000

/**
 * Sends leased messages one after another. Whatever happens, what was done is settled, and what was not begun goes back
 * in line. How many the server took, or refused for themselves while it went on listening.
 */
export async function sendBatch(
  items: readonly QueueItem[],
  session: Session,
  lane: Lane,
  options: LaneOptions,
): Promise<number> {
  const { clock, store, recorder } = options
  let settlements: Settlement[] = []
  let progress = 0
  let begun = 0
  let settledAt = clock.now()
  const settle = async (): Promise<void> => {
    await recorder.flush()
    await store.settle(settlements, clock.now())
    settlements = []
    settledAt = clock.now()
  }
  try {
    for (const item of items) {
      if (options.signal.aborted || !session.connection.usable) break
      begun += 1
      const settlement = await sendOne(item, session, options)
      settlements.push(settlement)
      if (settlement.state === 'sent' || session.connection.usable) progress += 1
      if (clock.now() - settledAt >= settleEvery) await settle()
    }
  } finally {
    await settle()
    const unsent = items.slice(begun)
    await store.release(unsent.map((item) => item.id))
    // Another connection may have found their domains empty meanwhile.
    for (const item of unsent) lane.domains.add(item.domain)
  }
  return progress
}

async function sendOne(item: QueueItem, session: Session, options: LaneOptions): Promise<Settlement> {
  const { judgement, endpoint, tls } = session.reached
  const base = { id: item.id, verdict: judgement.verdict, host: endpoint.host, tls: describeTls(tls) }
  let raw: Buffer
  let outcome: Outcome | undefined
  try {
    const rendered = await options.source.render(item)
    raw = rendered.raw
    ;[outcome] = await session.connection.send({ from: rendered.from, to: [rendered.to] }, raw)
  } catch (error) {
    // A message that cannot be made concerns its recipient alone; anything else stops the run.
    if (!(error instanceof SealpostError) || error.scope === 'program') throw error
    return { ...base, state: 'failed', nextAt: 0, reason: error.message, code: undefined, verdict: 'not-tested' }
  }
  const result = classifyOutcome(outcome ?? { kind: 'broken', stage: 'mail', why: 'no outcome' })
  const now = options.clock.now()
  const attempt: AttemptEntry = {
    kind: 'attempt',
    time: new Date(now).toISOString(),
    session: session.id,
    campaign: options.campaign,
    recipient: commit(item.key, item.attempt, 'recipient', item.address),
    domain: item.domain,
    outcome: result.outcome,
    code: result.code ?? null,
    enhanced: result.enhanced ?? null,
    message: commit(item.key, item.attempt, 'message', raw),
    octets: raw.length,
    strength: 'observed',
  }
  options.recorder.append(attempt)
  const state = result.outcome === 'delivered' ? 'sent' : result.outcome === 'failed' ? 'failed' : 'waiting'
  const giveUpAt = item.createdAt + options.schedule.giveUpMs
  const tried = { attempt: item.attempt, giveUpAt }
  const nextAt = state === 'waiting' ? nextTry(tried, result, options.schedule, now, options.random) : 0
  return { ...base, state, nextAt, reason: result.reason, code: result.code }
}
