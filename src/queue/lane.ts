import { randomUUID } from 'node:crypto'
import { SealpostError } from '../errors.ts'
import { type AttemptEntry, type Entry, type SessionTls, commit } from '../evidence/index.ts'
import type { Policy } from '../policy/index.ts'
import type { MailConnection, Outcome } from '../smtpclient/index.ts'
import type { TlsFacts } from '../tls/index.ts'
import { classifyOutcome } from './classify.ts'
import type { Destination } from './destination.ts'
import type { DomainSettlement, MessageSource, QueueItem, QueueStore, Settlement } from './item.ts'
import { type ReachOptions, type Reached, combineDecisions, reachDestination } from './reach.ts'
import { type RetrySchedule, nextTries, nextTry } from './schedule.ts'

/** Where evidence goes; the log of `evidence/` is one. */
export interface Recorder {
  append(entry: Entry): void
  /** Resolves when all that was appended is on the disk and signed. */
  flush(): Promise<void>
}

export interface LaneOptions extends ReachOptions {
  readonly campaign: string
  readonly store: QueueStore
  readonly source: MessageSource
  readonly recorder: Recorder
  readonly schedule: RetrySchedule
  /** Connections of one lane. */
  readonly connections: number
  readonly messagesPerConnection: number
  /** Messages leased at a time by one connection. */
  readonly batch: number
  readonly random: () => number
  /** Name and version of this program, for the evidence. */
  readonly software: string
  /** Called after messages were settled. */
  readonly onSettled: () => void
}

/** Domains that share their hosts and what is demanded of them, and so share connections. */
export interface Lane {
  readonly key: string
  readonly destination: Extract<Destination, { kind: 'hosts' }>
  readonly policy: Policy
  /** Those with messages left to send. More may come in while the lane is at work. */
  readonly domains: Set<string>
  /** Messages due when their domains came in. */
  count: number
}

interface Session {
  readonly id: string
  readonly reached: Reached
  readonly connection: MailConnection
}

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

/** Sends what is due in a lane: over several connections when there is much, or settles it all when none is good enough. */
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
  if (options.signal.aborted) return undefined
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

async function work(run: LaneRun, opened: Session): Promise<void> {
  const { options } = run
  let session: Session | undefined = opened
  let carried = 0
  try {
    while (session && !options.signal.aborted) {
      const items = await leaseSome(run, Math.min(options.batch, options.messagesPerConnection - carried))
      if (items.length === 0) break
      addWorkers(run)
      const progress = await sendBatch(items, session, run)
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

/** Milliseconds after which what was done is settled on disk, though the batch is not at its end. */
const settleEvery = 1_000

/**
 * Sends leased messages one after another. Whatever happens, what was done is settled, and what was not begun goes back
 * in line. How many the server took, or refused for themselves while it went on listening.
 */
async function sendBatch(items: readonly QueueItem[], session: Session, { lane, options }: LaneRun): Promise<number> {
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
  const nextAt = state === 'waiting' ? nextTry(item.attempt, options.schedule, now, options.random) : 0
  return { ...base, state, nextAt, reason: result.reason, code: result.code }
}

/** Writes down every connection that was tried; the last is returned where it can carry mail. */
function recordSessions(lane: Lane, tried: readonly Reached[], options: LaneOptions): Session | undefined {
  let session: Session | undefined
  for (const reached of tried) {
    const id = randomUUID()
    options.recorder.append({
      kind: 'session',
      id,
      time: new Date(options.clock.now()).toISOString(),
      host: reached.endpoint.host,
      address: reached.endpoint.address,
      port: reached.endpoint.port,
      level: lane.policy.level,
      policy: lane.policy.id,
      reason: lane.policy.reason,
      verdict: reached.judgement.verdict,
      cause: reached.judgement.cause,
      tls: recordTls(reached.tls),
      decision: reached.decision.kind,
      software: options.software,
    })
    if (reached.connection) session = { id, reached, connection: reached.connection }
  }
  return session
}

function recordTls(tls: TlsFacts | undefined): SessionTls | null {
  if (!tls) return null
  const leaf = tls.chain[0]
  return {
    version: tls.version,
    cipher: tls.cipher,
    group: tls.group ?? null,
    resumed: tls.resumed,
    certificate: leaf?.sha256 ?? null,
    key: leaf?.spkiSha256 ?? null,
  }
}

function describeTls(tls: TlsFacts | undefined): string | undefined {
  return tls ? `${tls.version} ${tls.cipher}` : undefined
}
