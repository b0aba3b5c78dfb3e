import type { Clock } from '../clock.ts'
import type { EvidenceLog } from '../evidence/index.ts'
import { type GreylistMemory, type LimitBook, type Order, type OrderResult, TicketStore, runQueue } from '../queue/index.ts'
import type { HostMemory } from '../policy/index.ts'
import type { Settings } from '../settings/index.ts'
import {
  OrderBook,
  QueueDatabase,
  SqliteGreylistMemory,
  SqliteHostMemory,
  SqlitePolicyCache,
  SqliteSuppressionList,
  SuppressionGate,
} from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Sendable, createJob } from './job.ts'
import { OrderWatch } from './orderWatch.ts'
import { software } from './version.ts'
import { type Network, createLimits, createNetwork, createSts } from './wiring.ts'
import { boundYoungHeap } from '../youngHeap.ts'

export interface SenderOptions {
  readonly settings: Settings
  readonly clock: Clock
  /** Where it was made already. */
  readonly network?: Network
  /** Told of each order that was carried out. */
  readonly onOrder: (order: Order, result: OrderResult) => void
}

export interface RunChoices {
  /** Stay until all is settled, instead of until nothing is due. */
  readonly wait: boolean
  readonly signal: AbortSignal
  readonly onSettled: () => void
}

/** What only one process has at a time: the queue and the log of a data folder, with all that it takes to send from it. */
export class Sender implements AsyncDisposable {
  readonly store: QueueDatabase
  readonly log: EvidenceLog
  readonly book: OrderBook
  readonly clock: Clock
  readonly suppressions: SqliteSuppressionList
  readonly #settings: Settings
  readonly #network: Network
  readonly #cache: SqlitePolicyCache
  readonly #memory: HostMemory
  readonly #greylist: GreylistMemory
  readonly #orders: OrderWatch
  readonly #limits: LimitBook
  readonly #tickets = new TicketStore()
  readonly #opened: AsyncDisposableStack

  private constructor(
    { settings, clock }: SenderOptions,
    parts: {
      readonly store: QueueDatabase
      readonly log: EvidenceLog
      readonly book: OrderBook
      readonly suppressions: SqliteSuppressionList
      readonly network: Network
      readonly cache: SqlitePolicyCache
      readonly memory: HostMemory
      readonly greylist: GreylistMemory
      readonly orders: OrderWatch
    },
    opened: AsyncDisposableStack,
  ) {
    this.#settings = settings
    this.clock = clock
    this.store = parts.store
    this.log = parts.log
    this.book = parts.book
    this.suppressions = parts.suppressions
    this.#network = parts.network
    this.#cache = parts.cache
    this.#memory = parts.memory
    this.#greylist = parts.greylist
    this.#orders = parts.orders
    this.#limits = createLimits(settings, parts.store)
    this.#opened = opened
  }

  /** Takes the queue in hand. What was ordered before is carried out first: it is meant for what was there then. */
  static async open(options: SenderOptions): Promise<Sender> {
    const { settings, clock } = options
    const network = options.network ?? (await createNetwork(settings))
    await using opened = new AsyncDisposableStack()
    opened.use(boundYoungHeap())
    const store = opened.use(await QueueDatabase.open(settings.data))
    const cache = opened.use(SqlitePolicyCache.open(settings.data))
    const memory = opened.use(SqliteHostMemory.open(settings.data, clock))
    const greylist = opened.use(SqliteGreylistMemory.open(settings.data, clock))
    const book = opened.use(OrderBook.open(settings.data))
    const suppressions = opened.use(SqliteSuppressionList.open(settings.data))
    const log = await openEvidence(settings, store)
    opened.defer(async () => closeEvidence(log, store))
    const orders = await OrderWatch.start({ store, log, book, clock, settings }, options.onOrder)
    // What kept orders from being carried out was thrown by `stop`, or comes second to what is thrown now.
    opened.defer(async () => orders.stop().catch(() => undefined))
    return new Sender(options, { store, log, book, suppressions, network, cache, memory, greylist, orders }, opened.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }

  /** Aborted when orders cannot be carried out, and so nothing may go on. */
  get failed(): AbortSignal {
    return this.#orders.failed
  }

  /**
   * Carries out no more orders.
   *
   * @throws what kept orders from being carried out
   */
  async stop(): Promise<void> {
    await this.#orders.stop()
  }

  /** Sends what is due of these campaigns. */
  async send(campaigns: readonly Sendable[], { wait, signal, onSettled }: RunChoices): Promise<void> {
    const { delivery, data } = this.#settings
    const listOf = new Map(campaigns.map(({ frozen }) => [frozen.name, frozen.unsubscribe?.list]))
    using gate = SuppressionGate.open(data, (name) => listOf.get(name))
    const sts = createSts(this.#settings, this.#network, this.#cache)
    await runQueue({
      ...this.#network,
      jobs: campaigns.map((campaign) => createJob(campaign, this.#settings, sts)),
      store: this.store,
      memory: this.#memory,
      greylist: this.#greylist,
      tickets: this.#tickets,
      recorder: this.log,
      limits: this.#limits,
      connections: delivery.connections,
      inFlight: delivery.inFlight,
      pipelining: delivery.pipelining,
      chunking: delivery.chunking === 'auto',
      timeouts: delivery.timeouts,
      shutdownMs: delivery.shutdown,
      clock: this.clock,
      random: Math.random,
      software,
      suppressed: gate.ask,
      anySuppressed: gate.any,
      wait,
      paused: () => this.#orders.resting,
      signal: AbortSignal.any([signal, this.failed]),
      onSettled,
    })
  }
}
