import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type CampaignState, type FrozenCampaign, decideState, nextOpen, parseFrozen } from '../campaign/index.ts'
import type { Counts } from '../queue/index.ts'
import { type KeptPreflight, OrderBook, QueueReader, type Stopped } from '../store/index.ts'

/** All that is known of where a campaign is in its life. Times are milliseconds since the epoch. */
export interface CampaignLife {
  readonly name: string
  readonly state: CampaignState
  readonly counts: Counts | undefined
  readonly frozen: FrozenCampaign | undefined
  readonly preflight: KeptPreflight | undefined
  readonly startsAt: number | undefined
  readonly paused: Stopped | undefined
  readonly cancelled: Stopped | undefined
  /** Until then its own window lets nothing begin; undefined where it is open, or where it has none. */
  readonly shutUntil: number | undefined
}

/** What a data folder has of campaigns, read beside whoever sends. */
export class LifeReader implements Disposable {
  readonly queue: QueueReader | undefined
  readonly #book: OrderBook | undefined

  private constructor(queue: QueueReader | undefined, book: OrderBook | undefined) {
    this.queue = queue
    this.#book = book
  }

  /** Makes nothing where there is nothing. */
  static open(folder: string): LifeReader {
    using stack = new DisposableStack()
    const queue = existsSync(join(folder, 'queue.db')) ? stack.use(QueueReader.open(folder)) : undefined
    const book = existsSync(join(folder, 'control.db')) ? stack.use(OrderBook.open(folder)) : undefined
    stack.move()
    return new LifeReader(queue, book)
  }

  [Symbol.dispose](): void {
    this.queue?.[Symbol.dispose]()
    this.#book?.[Symbol.dispose]()
  }

  /** Those that were taken in, in that order, then those that were looked at alone. */
  names(): readonly string[] {
    return [...new Set([...(this.queue?.campaignNames() ?? []), ...(this.#book?.preflights().keys() ?? [])])]
  }

  /** @param digest of the file's content, where it is known: a pre-flight of other content does not count */
  read(name: string, now: number, digest?: string): CampaignLife {
    const stored = this.queue?.campaign(name)
    const counts = stored && this.queue?.countsOf(name)
    const preflight = this.#book?.preflights().get(name)
    const paused = this.#book?.paused().get(name)
    const cancelled = this.#book?.cancelled().get(name)
    const frozen = stored && parseFrozen(stored.frozen)
    const state = decideState({
      counts,
      checked: preflight !== undefined && (digest === undefined || digest === preflight.digest),
      ahead: stored !== undefined && stored.createdAt > now,
      paused: paused !== undefined,
      cancelled: cancelled !== undefined,
    })
    const window = frozen?.pace?.window
    const opens = window && nextOpen(window, now)
    const shutUntil = opens !== undefined && opens > now ? opens : undefined
    return { name, state, counts, frozen, preflight, startsAt: stored?.createdAt, paused, cancelled, shutUntil }
  }
}
