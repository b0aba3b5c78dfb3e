import type { Resolver } from '../dns/index.ts'
import type { Pipelining } from '../smtpclient/index.ts'
import type { Delivery } from './delivery.ts'
import { Dispatcher } from './dispatch.ts'
import type { QueueStore } from './store.ts'
import type { GreylistMemory } from './greylist/index.ts'
import type { Job } from './job.ts'
import type { LimitBook } from './limit/index.ts'
import type { ReachOptions } from './reach.ts'
import type { Recorder } from './record.ts'
import { Settler } from './settler.ts'
import { Slots } from './slots.ts'
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
  readonly chunking: boolean
  readonly random: () => number
  /** Name and version of this program, for the evidence. */
  readonly software: string
  /** Whether a message may still be sent, asked right before it is; all may where this is left out. */
  readonly suppressed?: AskSuppressed
  /** Stay until everything is settled, instead of until nothing is due. */
  readonly wait: boolean
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
  const { store, jobs, clock, signal } = options
  await store.recover()
  await endSuppressed(options)
  for (;;) {
    await runDue(options)
    // After the try: what can be delivered at last is not given up.
    for (const { campaign, schedule, held } of jobs) {
      const now = clock.now()
      const expiry = { deferredBefore: now - schedule.giveUpMs, heldBefore: now - held.untilMs, then: held.then }
      await store.expire(campaign, expiry, now)
    }
    const next = (await Promise.all(jobs.map(async ({ campaign }) => store.nextDue(campaign)))).filter(
      (at): at is number => at !== undefined,
    )
    if (!options.wait || signal.aborted || next.length === 0) return
    const ms = Math.max(1_000, Math.min(...next) - clock.now())
    await clock.sleep(ms, signal).catch(() => undefined)
  }
}

async function runDue(options: RunOptions): Promise<void> {
  const { clock, store, recorder, signal } = options
  const failed = new AbortController()
  const abandoned = new AbortController()
  const errors: unknown[] = []
  // One lane's disk is every lane's disk: the others finish what is in flight and stop.
  const fail = (error: unknown): void => {
    errors.push(error)
    failed.abort()
  }
  const settler = new Settler({ ...options, onFailure: fail })
  const stop = AbortSignal.any([signal, failed.signal])
  const delivery: Delivery = {
    jobs: new Map(options.jobs.map((job) => [job.campaign, job])),
    store,
    settler,
    recorder,
    slots: new Slots(options.connections),
    greylist: options.greylist,
    reach: options,
    clock,
    random: options.random,
    software: options.software,
    suppressed: options.suppressed ?? (() => undefined),
    stop,
    abandon: abandoned.signal,
    fail,
    share: () => Math.ceil(options.inFlight / 2 / Math.max(1, dispatcher.laneCount)),
    caution: new Map<string, Pipelining>(),
    pipelining: options.pipelining,
    chunking: options.chunking,
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
