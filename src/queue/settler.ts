import type { Clock } from '../clock.ts'
import { Bell } from './bell.ts'
import type { MessagePlace, QueueStore, Settlement } from './store.ts'
import type { Recorder } from './record.ts'

export interface SettlerOptions {
  readonly store: QueueStore
  readonly recorder: Recorder
  readonly clock: Clock
  /** Messages leased and not settled at a time, at most. */
  readonly inFlight: number
  readonly onSettled: () => void
  /** Called once, with what cannot be written down: nothing more may be sent. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Milliseconds for which outcomes are gathered before they are committed together, and how many are not waited for. A commit,
 * with its evidence, costs as much CPU as a hundred messages in it: few of them are the greater part of what the log costs.
 */
const gatherMs = 100
const enough = 500

/**
 * Writes outcomes to the disk, those of all connections in one commit: first the evidence, then the rows that rest on
 * it. Keeps account of what is in flight, and so of what a crash could send twice.
 */
export class Settler {
  readonly #options: SettlerOptions
  readonly #bell = new Bell()
  #settlements: Settlement[] = []
  /** Messages to give back unsent, by the time they are due again. */
  #returned = new Map<number, MessagePlace[]>()
  #inFlight = 0
  #writing: Promise<void> | undefined
  #hurry: (() => void) | undefined
  /** Those who wait until something is on the disk: nothing is gathered while there is one. */
  #impatient = 0
  #failed: { readonly error: unknown } | undefined

  constructor(options: SettlerOptions) {
    this.#options = options
  }

  /** How many more messages may be leased. */
  get room(): number {
    return this.#failed ? 0 : Math.max(0, this.#options.inFlight - this.#inFlight)
  }

  /** Whether there is room for what is not needed at once; the last quarter is for who has nothing. */
  get ample(): boolean {
    return this.room > this.#options.inFlight / 4
  }

  /** Counts messages that are about to be leased; `room` says how many may be. */
  reserve(count: number): void {
    this.#inFlight += count
  }

  /** Fewer were leased than were reserved. */
  unreserve(count: number): void {
    this.#inFlight -= count
    this.#bell.ring()
  }

  /** What became of a leased message. */
  settle(settlement: Settlement): void {
    this.#settlements.push(settlement)
    this.#begin()
  }

  /** A leased message that was not begun goes back in line, and is due again then. */
  giveBack({ id, domainId }: MessagePlace, due: number): void {
    const others = this.#returned.get(due)
    if (others) others.push({ id, domainId })
    else this.#returned.set(due, [{ id, domainId }])
    this.#begin()
  }

  /** Resolves when there may be more room, or the signal is aborted. */
  async roomier(signal: AbortSignal): Promise<void> {
    await this.#hurried(this.#bell.wait(this.#options.clock, signal))
  }

  /**
   * Resolves when all that was handed over is on the disk.
   *
   * @throws what kept it from being written
   */
  async drain(): Promise<void> {
    while (this.#writing) await this.#hurried(this.#writing)
    if (this.#failed) throw this.#failed.error
  }

  async #hurried(something: Promise<void>): Promise<void> {
    this.#impatient += 1
    this.#hurry?.()
    try {
      await something
    } finally {
      this.#impatient -= 1
    }
  }

  #begin(): void {
    if (this.#failed) return
    if (this.#settlements.length >= enough) this.#hurry?.()
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    try {
      while (this.#settlements.length > 0 || this.#returned.size > 0) {
        await this.#gather()
        await this.#commit()
      }
    } catch (error) {
      this.#failed = { error }
      this.#options.onFailure(error)
    } finally {
      this.#writing = undefined
      this.#bell.ring()
    }
  }

  /** The machine's own time: how soon things are committed is no matter of the clock that tests decide. */
  async #gather(): Promise<void> {
    if (this.#settlements.length >= enough || this.#impatient > 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, gatherMs)
    this.#hurry = resolve
    await promise
    this.#hurry = undefined
    clearTimeout(timer)
  }

  async #commit(): Promise<void> {
    const { store, recorder, clock, onSettled } = this.#options
    const settlements = this.#settlements
    const returned = this.#returned
    this.#settlements = []
    this.#returned = new Map()
    await recorder.flush()
    const writes = [...returned].map(async ([due, messages]) => store.release(messages, due))
    if (settlements.length > 0) writes.push(store.settle(settlements, clock.now()))
    await Promise.all(writes)
    this.#inFlight -= settlements.length
    for (const messages of returned.values()) this.#inFlight -= messages.length
    this.#bell.ring()
    onSettled()
  }
}
