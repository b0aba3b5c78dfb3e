import { SealpostError } from '../errors.ts'
import type { Order, OrderResult } from '../queue/index.ts'
import { type OrderHands, carryOutWaiting } from './carryOrders.ts'

/** Milliseconds between two looks into the book of orders. */
const everyMs = 1_000

/** While a process sends, it has the queue to itself: it carries out what people order from other terminals. */
export class OrderWatch {
  readonly #hands: OrderHands
  readonly #onDone: (order: Order, result: OrderResult) => void
  readonly #stop = new AbortController()
  readonly #failed = new AbortController()
  #watching: Promise<void> = Promise.resolve()
  #paused: ReadonlySet<string>
  #error: unknown

  private constructor(hands: OrderHands, onDone: (order: Order, result: OrderResult) => void) {
    this.#hands = hands
    this.#onDone = onDone
    this.#paused = hands.book.paused()
  }

  /** Carries out what waits already, and begins to look for more. */
  static async start(hands: OrderHands, onDone: (order: Order, result: OrderResult) => void): Promise<OrderWatch> {
    const watch = new OrderWatch(hands, onDone)
    await watch.#look()
    watch.#watching = watch.#watch()
    return watch
  }

  /** Campaigns of which nothing new is to be begun. */
  get paused(): ReadonlySet<string> {
    return this.#paused
  }

  /** Aborted when orders cannot be carried out: what cannot be written down is not to go on unseen. */
  get failed(): AbortSignal {
    return this.#failed.signal
  }

  /** @throws what kept orders from being carried out */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#watching
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
    this.#paused = this.#hands.book.paused()
  }
}
