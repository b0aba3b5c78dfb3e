import { sendBatch } from './batch.ts'
import type { DomainSettlement, QueueItem } from './item.ts'
import { type Lane, type LaneOptions, isStale } from './lane.ts'
import { combineDecisions, reachDestination } from './reach.ts'
import { nextTries } from './schedule.ts'
import { type Session, describeTls, recordSessions } from './session.ts'

/** What the connections of a lane share while it runs. */
interface LaneRun {
  readonly lane: Lane
  readonly options: LaneOptions
  /** Connections at work: only the last one may say what becomes of all that is left. */
  live: number
  readonly workers: Promise<void>[]
  readonly failed: AbortController
}

/** Domains asked for at a time when messages are leased: a relay's lane may have a hundred thousand. */
const domainSlice = 200

/**
 * Sends what is due in a lane: over several connections when there is much, or settles it all when none is good enough.
 * Returns early where the lane has become stale.
 */
export async function runLane(lane: Lane, given: LaneOptions): Promise<void> {
  const failed = new AbortController()
  const options: LaneOptions = { ...given, signal: AbortSignal.any([given.signal, failed.signal]) }
  const run: LaneRun = { lane, options, live: 0, workers: [], failed }
  const first = await openSession(run)
  if (!first) return
  join(run, work(run, first))
  const errors: unknown[] = []
  // Workers that join on the way are at the end of the list, and waited for too.
  for (const worker of run.workers) await worker.catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}

/** What one connection could not write down, the others cannot either: they finish the message at hand and stop. */
function join(run: LaneRun, worker: Promise<void>): void {
  worker.catch(() => {
    run.failed.abort()
  })
  run.workers.push(worker)
}

/** More connections where there is work for them: a lane may start small, and domains come in on the way. */
function addWorkers(run: LaneRun): void {
  const wanted = Math.min(run.options.connections, Math.ceil(run.lane.count / run.options.batch))
  while (run.workers.length < wanted) join(run, workMore(run))
}

/** A further connection. Where it does not come about, the others go on alone. */
async function workMore(run: LaneRun): Promise<void> {
  const session = await openSession(run)
  if (session) await work(run, session)
}

/** A connection that can carry the lane's messages. Where there is none, and no other is at work, all that is left is settled. */
async function openSession(run: LaneRun): Promise<Session | undefined> {
  const { lane, options } = run
  if (mayNot(run)) return undefined
  run.live += 1
  const tried = await reachDestination(lane.destination, lane.policy, options)
  const session = recordSessions(lane, tried, options)
  if (session) return session
  run.live -= 1
  // Nothing was tried where the signal came first, and then nothing follows from it.
  if (run.live > 0 || options.signal.aborted) return undefined
  const { decision, reached } = combineDecisions(tried)
  await settleRest(run, {
    state: decision.kind === 'hold' ? 'held' : decision.kind === 'fail' ? 'failed' : 'waiting',
    reason: decision.kind === 'deliver' ? '' : decision.reason,
    verdict: reached?.judgement.verdict ?? 'not-tested',
    host: reached?.endpoint.host,
    tls: describeTls(reached?.tls),
  })
  return undefined
}

/** No new connection, and no further message on one: the run is to end, or what the lane goes by is too old. */
function mayNot({ lane, options }: LaneRun): boolean {
  return options.signal.aborted || isStale(lane, options.clock.now())
}

async function work(run: LaneRun, opened: Session): Promise<void> {
  const { options } = run
  let session: Session | undefined = opened
  let carried = 0
  try {
    while (session && !mayNot(run)) {
      const items = await leaseSome(run, Math.min(options.batch, options.messagesPerConnection - carried))
      if (items.length === 0) break
      addWorkers(run)
      const progress = await sendBatch(items, session, run.lane, options)
      carried += items.length
      options.onSettled()
      if (session.connection.usable && carried < options.messagesPerConnection) continue
      await session.connection.quit()
      run.live -= 1
      session = undefined
      // RFC 5321 4.5.4.1: a destination that took nothing is left alone for a while, not knocked on again at once.
      if (progress > 0) session = await openSession(run)
      else if (run.live === 0 && !options.signal.aborted) await putOff(run)
      carried = 0
    }
  } finally {
    if (session) {
      run.live -= 1
      await session.connection.quit()
    }
  }
}

/** Leases from some of the domains; those that are found empty leave the lane. */
async function leaseSome({ lane, options }: LaneRun, limit: number): Promise<readonly QueueItem[]> {
  while (lane.domains.size > 0) {
    const some = [...lane.domains.values().take(domainSlice)]
    const items = await options.store.lease(options.campaign, some, limit, options.clock.now())
    if (items.length > 0) return items
    for (const domain of some) lane.domains.delete(domain)
  }
  return []
}

async function putOff(run: LaneRun): Promise<void> {
  await settleRest(run, {
    state: 'waiting',
    reason: 'the server ends each connection before it takes a message',
    verdict: 'temporary',
    host: run.lane.destination.endpoints[0]?.host,
    tls: undefined,
  })
}

async function settleRest({ lane, options }: LaneRun, settlement: Omit<DomainSettlement, 'nextAt'>): Promise<void> {
  // The evidence is on the disk before the queue says what it rests on.
  await options.recorder.flush()
  const now = options.clock.now()
  const domains = [...lane.domains]
  const nextAt = nextTries(options.schedule, now, options.random)
  await options.store.settleDomains(options.campaign, domains, now, { ...settlement, nextAt })
  for (const domain of domains) lane.domains.delete(domain)
  options.onSettled()
}
