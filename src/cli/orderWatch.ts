import { SealpostError } from '../errors.ts'
import type { Order, OrderResult } from '../queue/index.ts'
import { type OrderHands, carryOutWaiting, endCancelled } from './carryOrders.ts'

/** Milliseconds between two looks into the book of orders. */
const everyMs = 1_000

/** While a process sends, it has the queue to itself: it carries out what people order from other terminals, and takes in what providers claim. */
export class OrderWatch {
  readonly #hands: OrderHands
  readonly #onDone: (order: Order, result: OrderResult) => void
  readonly #stop = new AbortController()
  readonly #failed = new AbortController()
  #watching: Promise<void> = Promise.resolve()
  #resting: ReadonlySet<string> = new Set()
  /** Cancelled campaigns that were looked through and have nothing left. */
  readonly #ended = new Set<string>()
  #error: unknown
  #stopped = false

  private constructor(hands: OrderHands, onDone: (order: Order, result: OrderResult) => void) {
    this.#hands = hands
    this.#onDone = onDone
  }

  /** Carries out what waits already, and begins to look for more. */
  static async start(hands: OrderHands, onDone: (order: Order, result: OrderResult) => void): Promise<OrderWatch> {
    const watch = new OrderWatch(hands, onDone)
    await watch.#look()
    watch.#watching = watch.#watch()
    return watch
  }

  /** Campaigns of which nothing new is to be begun: paused, or cancelled. */
  get resting(): ReadonlySet<string> {
    return this.#resting
  }

  /** Aborted when orders cannot be carried out: what cannot be written down is not to go on unseen. */
  get failed(): AbortSignal {
    return this.#failed.signal
  }

  /** @throws what kept orders from being carried out */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#watching
    // What was in flight when its campaign was cancelled has come back in line by now.
    if (this.#error === undefined && !this.#stopped) await this.#look()
    this.#stopped = true
    if (this.#error !== undefined) throw this.#error
  }

  async #watch(): Promise<void> {
    const { clock } = this.#hands
    const { signal } = this.#stop
    while (!signal.aborted && this.#error === undefined) {
      await clock.sleep(everyMs, signal).catch(() => undefined)
      if (signal.aborted) return
      try {
        await this.#look()
      } catch (error) {
        // Somebody else writes to the book for longer than is waited for: the next look is a second later.
        if (error instanceof SealpostError && error.code === 'SP_STORE_IN_USE') continue
        this.#error = error
        this.#failed.abort()
      }
    }
  }

  async #look(): Promise<void> {
    await carryOutWaiting(this.#hands, this.#onDone)
    await this.#hands.claims?.carry(this.#hands)
    const { book } = this.#hands
    const cancelled = [...book.cancelled().keys()]
    this.#resting = new Set([...book.paused().keys(), ...cancelled])
    const open = cancelled.filter((name) => !this.#ended.has(name))
    const more = await endCancelled(open, this.#hands)
    for (const name of open) if (!more.includes(name)) this.#ended.add(name)
  }
}
