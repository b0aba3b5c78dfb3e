import { randomUUID } from 'node:crypto'
import { SealpostError } from '../errors.ts'
import { type AttemptEntry, type Entry, type SessionTls, commitRecipient, sha256Hex } from '../evidence/index.ts'
import type { Policy } from '../policy/index.ts'
import type { MailConnection } from '../smtpclient/index.ts'
import type { TlsFacts } from '../tls/index.ts'
import { classifyOutcome } from './classify.ts'
import type { Destination } from './destination.ts'
import type { DomainSettlement, MessageSource, QueueItem, QueueStore, Settlement } from './item.ts'
import { type ReachOptions, type Reached, combineDecisions, reachDestination } from './reach.ts'
import { type RetrySchedule, nextTry } from './schedule.ts'

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
  /** Aborted when no new message is to be begun. */
  readonly signal: AbortSignal
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
  readonly domains: readonly string[]
  /** Messages due when the lane was made. */
  readonly count: number
}

interface Session {
  readonly id: string
  readonly reached: Reached
  readonly connection: MailConnection
}

/** Sends what is due in a lane: over several connections when there is much, or settles it all when none is good enough. */
export async function runLane(lane: Lane, options: LaneOptions): Promise<void> {
  const first = await openSession(lane, options)
  if (!first) return
  const more = Math.min(options.connections, Math.ceil(lane.count / options.batch)) - 1
  const workers = [work(lane, first, options)]
  for (let index = 0; index < more; index++) workers.push(workMore(lane, options))
  for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason
}

/** A further connection. Where it does not come about, the first one goes on alone. */
async function workMore(lane: Lane, options: LaneOptions): Promise<void> {
  const tried = await reachDestination(lane.destination, lane.policy, options)
  const session = recordSessions(lane, tried, options)
  if (session) await work(lane, session, options)
}

async function openSession(lane: Lane, options: LaneOptions): Promise<Session | undefined> {
  if (options.signal.aborted) return undefined
  const tried = await reachDestination(lane.destination, lane.policy, options)
  const session = recordSessions(lane, tried, options)
  if (session) return session
  const { decision, reached } = combineDecisions(tried)
  // The evidence is on the disk before the queue says what it rests on.
  await options.recorder.flush()
  const settlement: DomainSettlement = {
    state: decision.kind === 'hold' ? 'held' : decision.kind === 'fail' ? 'failed' : 'waiting',
    nextAt: nextTry(1, options.schedule, options.clock.now(), options.random),
    reason: decision.kind === 'deliver' ? '' : decision.reason,
    verdict: reached?.judgement.verdict ?? 'not-tested',
    host: reached?.endpoint.host,
    tls: describeTls(reached?.tls),
  }
  await options.store.settleDomains(options.campaign, lane.domains, options.clock.now(), settlement)
  options.onSettled()
  return undefined
}

async function work(lane: Lane, opened: Session, options: LaneOptions): Promise<void> {
  let session: Session | undefined = opened
  let sent = 0
  try {
    while (session && !options.signal.aborted) {
      const items = await options.store.lease(options.campaign, lane.domains, options.batch, options.clock.now())
      if (items.length === 0) break
      const handled = await sendBatch(items, session, options)
      sent += handled
      options.onSettled()
      if (session.connection.usable && sent < options.messagesPerConnection) continue
      await session.connection.quit()
      // A connection that took nothing says that the next one will not either, for now.
      session = handled === 0 ? undefined : await openSession(lane, options)
      if (handled === 0) await putOff(lane, options)
      sent = 0
    }
  } finally {
    await session?.connection.quit()
  }
}

async function putOff(lane: Lane, options: LaneOptions): Promise<void> {
  const now = options.clock.now()
  const settlement: DomainSettlement = {
    state: 'waiting',
    nextAt: nextTry(1, options.schedule, now, options.random),
    reason: 'the server ends each connection before it takes a message',
    verdict: 'temporary',
    host: lane.destination.endpoints[0]?.host,
    tls: undefined,
  }
  await options.store.settleDomains(options.campaign, lane.domains, now, settlement)
  options.onSettled()
}

/** Sends leased messages one after another; how many were attempted. What was not begun goes back in line. */
async function sendBatch(items: readonly QueueItem[], session: Session, options: LaneOptions): Promise<number> {
  const settlements: Settlement[] = []
  const unsent: number[] = []
  for (const item of items) {
    if (options.signal.aborted || !session.connection.usable) unsent.push(item.id)
    else settlements.push(await sendOne(item, session, options))
  }
  await options.recorder.flush()
  await options.store.settle(settlements, options.clock.now())
  await options.store.release(unsent)
  return settlements.length
}

async function sendOne(item: QueueItem, session: Session, options: LaneOptions): Promise<Settlement> {
  const { judgement, endpoint, tls } = session.reached
  const base = { id: item.id, verdict: judgement.verdict, host: endpoint.host, tls: describeTls(tls) }
  let rendered
  try {
    rendered = await options.source.render(item)
  } catch (error) {
    // A message that cannot be made concerns its recipient alone; anything else stops the run.
    if (!(error instanceof SealpostError) || error.scope === 'program') throw error
    return { ...base, state: 'failed', nextAt: 0, reason: error.message, code: undefined, verdict: 'not-tested' }
  }
  const [outcome] = await session.connection.send({ from: rendered.from, to: [rendered.to] }, rendered.raw)
  const result = classifyOutcome(outcome ?? { kind: 'broken', stage: 'mail', why: 'no outcome' })
  const now = options.clock.now()
  const attempt: AttemptEntry = {
    kind: 'attempt',
    time: new Date(now).toISOString(),
    session: session.id,
    campaign: options.campaign,
    recipient: commitRecipient(item.key, item.attempt, item.address),
    domain: item.domain,
    outcome: result.outcome,
    code: result.code ?? null,
    enhanced: result.enhanced ?? null,
    message: sha256Hex(rendered.raw),
    octets: rendered.raw.length,
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
