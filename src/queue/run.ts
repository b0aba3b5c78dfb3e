import type { Resolver } from '../dns/index.ts'
import type { Pipelining } from '../smtpclient/index.ts'
import type { Delivery } from './delivery.ts'
import { Dispatcher } from './dispatch.ts'
import type { QueueStore } from './store.ts'
import type { GreylistMemory } from './greylist/index.ts'
import type { Job } from './job.ts'
import { CampaignLimit, type LimitBook } from './limit/index.ts'
import type { ReachOptions } from './reach.ts'
import { dialUntil } from './dialUntil.ts'
import type { Recorder } from './record.ts'
import { recoverQueue } from './recover.ts'
import { Settler } from './settler.ts'
import { Slots } from './slots.ts'
import { Ways } from './way.ts'
import { endSuppressed } from './endSuppressed.ts'
import type { AskSuppressed } from './suppression.ts'

export interface RunOptions extends ReachOptions {
  /** Campaigns to send at the same time; they take turns. */
  readonly jobs: readonly Job[]
  readonly store: QueueStore
  readonly recorder: Recorder
  readonly resolver: Resolver
  readonly limits: LimitBook
  readonly greylist: GreylistMemory
  /** Connections of all lanes together. */
  readonly connections: number
  /** Messages leased and not settled on disk, at most: what a crash may send twice. */
  readonly inFlight: number
  /** How many commands may leave together, at most. */
  readonly pipelining: Pipelining
  /** Whether BDAT may be used where it is offered, and found quicker (RFC 3030). */
  readonly chunking: boolean
  readonly random: () => number
  /** Name and version of this program, for the evidence. */
  readonly software: string
  /** Whether a message may still be sent, asked right before it is; all may where this is left out. */
  readonly suppressed?: AskSuppressed
  /** Whether there is anybody whom `suppressed` withholds; where nobody is, what waits need not be looked through. */
  readonly anySuppressed?: () => boolean
  /** Stay until everything is settled, instead of until nothing is due. */
  readonly wait: boolean
  /** Campaigns that a person lets rest: nothing new of them is begun, and nothing given up. Asked again and again. */
  readonly paused?: () => ReadonlySet<string>
  /** Aborted when nothing new is to be begun. */
  readonly signal: AbortSignal
  /** Milliseconds after that for what is in flight to be finished. */
  readonly shutdownMs: number
  /** Called after outcomes were committed. */
  readonly onSettled: () => void
}

/**
 * Sends what is due. Ends when nothing is due any more, when the signal says so, or by throwing when the machine fails
 * it (a full disk); in each case the queue on disk says what is left.
 */
export async function runQueue(options: RunOptions): Promise<void> {
  const { store, jobs, clock } = options
  await recoverQueue(options)
  await endSuppressed(options)
  const paces = createPaces(options)
  for (const pace of paces.limits.values()) await pace.open()
  for (;;) {
    await runDue(options, paces)
    for (const pace of paces.limits.values()) await pace.flush()
    // After the try: what can be delivered at last is not given up.
    for (const { campaign, schedule, held } of jobs) {
      if (options.paused?.().has(campaign)) continue
      const now = clock.now()
      const expiry = { deferredBefore: now - schedule.giveUpMs, heldBefore: now - held.untilMs, then: held.then }
      await store.expire(campaign, expiry, now)
    }
    if (!options.wait || !(await untilDue(options, paces.limits))) return
  }
}

/** Milliseconds between two looks at when something is due: a person may change it, or let a campaign go on. */
const lookMs = 5_000

/** Waits until something is due; false where nothing will be, or the signal came first. */
async function untilDue({ jobs, store, clock, signal, paused }: RunOptions, paces: Paces['limits']): Promise<boolean> {
  // Never back at once: what was due and could not be begun would go round and round.
  let leastMs = 1_000
  while (!signal.aborted) {
    const dues = await Promise.all(
      jobs.map(async ({ campaign }) => {
        const at = await store.nextDue(campaign)
        const until = paces.get(campaign)?.rest?.until ?? 0
        return { at: at === undefined ? undefined : Math.max(at, until), rests: paused?.().has(campaign) ?? false }
      }),
    )
    if (dues.every(({ at }) => at === undefined)) return false
    const ms = Math.min(...dues.flatMap(({ at, rests }) => (at === undefined || rests ? [] : [at]))) - clock.now()
    if (ms <= 0 && leastMs === 0) return true
    await clock.sleep(Math.max(leastMs, Math.min(lookMs, ms)), signal).catch(() => undefined)
    leastMs = 0
  }
  return false
}

interface Paces {
  readonly limits: ReadonlyMap<string, CampaignLimit>
  /** Where a count could not be written down, the run cannot go on. */
  failed: (error: unknown) => void
}

function createPaces({ jobs, store, clock, random }: RunOptions): Paces {
  const limits = new Map<string, CampaignLimit>()
  const paces: Paces = { limits, failed: () => undefined }
  for (const { campaign, pace } of jobs) {
    if (!pace) continue
    const options = { clock, random, usage: store }
    limits.set(
      campaign,
      new CampaignLimit(campaign, pace, options, (error) => {
        paces.failed(error)
      }),
    )
  }
  return paces
}

async function runDue(options: RunOptions, paces: Paces): Promise<void> {
  const { clock, store, recorder, signal } = options
  const nobody: ReadonlySet<string> = new Set()
  const failed = new AbortController()
  const abandoned = new AbortController()
  const errors: unknown[] = []
  // One lane's disk is every lane's disk: the others finish what is in flight and stop.
  const fail = (error: unknown): void => {
    errors.push(error)
    failed.abort()
  }
  paces.failed = fail
  const paused = options.paused ?? (() => nobody)
  const settler = new Settler({ ...options, onFailure: fail })
  const stop = AbortSignal.any([signal, failed.signal])
  const delivery: Delivery = {
    jobs: new Map(options.jobs.map((job) => [job.campaign, job])),
    store,
    settler,
    recorder,
    slots: new Slots(options.connections),
    greylist: options.greylist,
    reach: { ...options, dialer: dialUntil(options.dialer, abandoned.signal) },
    clock,
    random: options.random,
    software: options.software,
    suppressed: options.suppressed ?? (() => undefined),
    paused,
    rests: (campaign) => paused().has(campaign) || paces.limits.get(campaign)?.rest !== undefined,
    paces: paces.limits,
    stop,
    abandon: abandoned.signal,
    fail,
    // Of the lanes that wait for a connection none has leased anything.
    share: () => Math.ceil(options.inFlight / 2 / Math.max(1, Math.min(dispatcher.laneCount, options.connections))),
    caution: new Map<string, Pipelining>(),
    pipelining: options.pipelining,
    ways: options.chunking ? new Ways() : undefined,
  }
  const dispatcher = new Dispatcher(delivery, options)
  let patience: (() => void) | undefined
  const onStop = (): void => {
    patience = clock.timer(options.shutdownMs, () => {
      abandoned.abort()
    })
  }
  stop.addEventListener('abort', onStop, { once: true })
  if (stop.aborted) onStop()
  try {
    await dispatcher.run()
    await settler.drain().catch(() => undefined)
  } finally {
    patience?.()
    stop.removeEventListener('abort', onStop)
  }
  if (errors.length > 0) throw errors[0]
}
