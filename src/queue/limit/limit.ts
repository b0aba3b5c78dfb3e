import type { Clock } from '../../clock.ts'
import { Daily } from './daily.ts'
import { Hourly } from './hourly.ts'
import { Pace, type PaceEvent } from './pace.ts'
import type { DeliveryRule } from './rule.ts'
import { UsageLog, type UsageStore } from './usage.ts'

export interface LimitOptions {
  readonly clock: Clock
  /** From 0 to below 1. */
  readonly random: () => number
  readonly usage: UsageStore
}

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * What a provider, or a set of hosts, is given: connections at the pace that it bears, messages an hour and a day. It is
 * shared by all lanes that it is for. Its only input and output is the `UsageStore`, and only where messages are counted.
 *
 * @example
 * ```ts
 * const limit = new Limit('provider google', rule, options)
 * await limit.open()
 * if (limit.tryConnect()) {
 *   const count = limit.take(50)
 *   await limit.flush() // before the first MAIL FROM: a crash then leaves none uncounted
 *   limit.note('accepted')
 *   limit.disconnect()
 * }
 * ```
 */
export class Limit {
  readonly scope: string
  readonly rule: DeliveryRule
  readonly #clock: Clock
  readonly #usage: UsageStore
  readonly #log: UsageLog
  readonly #pace: Pace
  readonly #counted: boolean
  #opening: Promise<void> | undefined
  #hourly: Hourly | undefined
  #minutely: Hourly | undefined
  #daily: Daily | undefined
  #open = false
  #connections = 0
  readonly #waiting = new Set<() => void>()

  constructor(scope: string, rule: DeliveryRule, options: LimitOptions) {
    this.scope = scope
    this.rule = rule
    this.#clock = options.clock
    this.#usage = options.usage
    this.#log = new UsageLog(scope, options.usage)
    this.#pace = new Pace(rule.connections, options)
    this.#counted = rule.messagesPerHour !== undefined || rule.messagesPerMinute !== undefined || rule.warmUp.length > 0
    this.#open = !this.#counted
  }

  /** Reads what was sent before; until then nothing can be taken where messages are counted. May be called again. */
  async open(): Promise<void> {
    if (this.#open) return
    this.#opening ??= this.#read()
    try {
      await this.#opening
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  async #read(): Promise<void> {
    const hour = hourOf(this.#clock.now())
    // From the first hour of the day, and the one before this.
    const before = await this.#usage.usage(this.scope, Math.min(hour - (hour % 24), hour - 1))
    const now = this.#clock.now()
    const { messagesPerHour, messagesPerMinute, warmUp } = this.rule
    const fresh = !before.hours.some(({ hour, messages }) => hour >= hourOf(now) - 1 && messages > 0)
    if (messagesPerHour !== undefined) this.#hourly = new Hourly(messagesPerHour, now, fresh)
    if (messagesPerMinute !== undefined) this.#minutely = new Hourly(messagesPerMinute, now, fresh, minuteMs)
    if (warmUp.length > 0) this.#daily = new Daily(warmUp, now, before)
    this.#open = true
    this.#wake()
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections
  }

  /** Whether one more connection may be opened; if so it is counted. */
  tryConnect(): boolean {
    if (this.#pace.pausedUntil > 0 || this.#connections >= this.#pace.window) return false
    this.#connections += 1
    return true
  }

  /** A connection that was counted is closed, or was never opened. */
  disconnect(): void {
    this.#connections = Math.max(0, this.#connections - 1)
    // Where it is not for want of a connection, nobody is to wait for one.
    this.#wake(this.nextAt === undefined ? this.#free : undefined)
  }

  /** Takes the right to begin messages: how many of `wanted` may be begun now. They are to be begun soon, or given back. */
  take(wanted: number): number {
    if (!this.#open) return 0
    const now = this.#clock.now()
    const count = Math.max(0, Math.min(wanted, this.#available(now)))
    if (count === 0 || !this.#counted) return count
    this.#hourly?.take(count)
    this.#minutely?.take(count)
    this.#daily?.take(count)
    this.#log.add(hourOf(now), count)
    return count
  }

  /**
   * Gives back what was taken and not begun.
   *
   * @param takenAt milliseconds since the epoch: what is given back after midnight (UTC) is none of the new day's
   */
  giveBack(count: number, takenAt: number = this.#clock.now()): void {
    if (!this.#counted || count <= 0) return
    this.#available(this.#clock.now())
    this.#hourly?.giveBack(count)
    this.#minutely?.giveBack(count)
    this.#daily?.giveBack(count, takenAt)
    this.#log.add(hourOf(takenAt), -count)
    this.#wake(count)
  }

  /** How many messages may be begun now. */
  get available(): number {
    return this.#open ? this.#available(this.#clock.now()) : 0
  }

  #available(now: number): number {
    const [hourly, daily] = [this.#hourly, this.#daily]
    return Math.min(
      this.#minutely ? this.#minutely.available(now) : Number.POSITIVE_INFINITY,
      hourly ? hourly.available(now) : Number.POSITIVE_INFINITY,
      daily ? daily.available(now) : Number.POSITIVE_INFINITY,
    )
  }

  /**
   * Milliseconds since the epoch before which asking again is of no use: messages are used up, or nothing is connected
   * and the destination is left alone for a while. Undefined where nothing stands in the way but connections in use.
   */
  get nextAt(): number | undefined {
    const paused = this.#connections === 0 ? this.#pace.pausedUntil : 0
    const latest = Math.max(paused, this.#nextTake())
    return latest > 0 ? latest : undefined
  }

  /** 0 where messages may be begun now. */
  #nextTake(): number {
    const now = this.#clock.now()
    const [minutely, hourly, daily] = [this.#minutely, this.#hourly, this.#daily]
    return Math.max(
      minutely && minutely.available(now) === 0 ? minutely.nextAt(now) : 0,
      hourly && hourly.available(now) === 0 ? hourly.nextAt(now) : 0,
      daily && daily.available(now) === 0 ? daily.nextAt(now) : 0,
    )
  }

  /** What happened, for the pace; before `disconnect` where it was the end of the connection. */
  note(event: PaceEvent): void {
    const before = this.#pace.window
    this.#pace.note(event)
    if (this.#pace.window > before) this.#wake(this.#free)
  }

  /**
   * Resolves when more may be possible: a connection was let go, more are allowed, a pause is over. Whoever is told of it
   * and has no use for it says so by `tryConnect` and `disconnect`, and the next is told. Rejects when aborted.
   */
  async changed(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    const now = this.#clock.now()
    const times = [this.#pace.pausedUntil, this.#nextTake()].filter((at) => at > now)
    const stop = times.length > 0 ? this.#clock.timer(Math.min(...times) - now, resolve) : undefined
    this.#waiting.add(resolve)
    signal.addEventListener('abort', onAbort)
    try {
      await promise
    } finally {
      stop?.()
      this.#waiting.delete(resolve)
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** Connections that may be opened, by their number alone. */
  get #free(): number {
    return this.#pace.window - this.#connections
  }

  /** As many as there is something for, who waits longest first: thousands may, and all but those would look in vain. */
  #wake(most: number = Number.POSITIVE_INFINITY): void {
    for (const resolve of this.#waiting) {
      if (most-- <= 0) return
      this.#waiting.delete(resolve)
      resolve()
    }
  }

  /** Resolves when all that was taken and given back before is on the disk. */
  async flush(): Promise<void> {
    if (this.#counted) await this.#log.flush()
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / hourMs)
}
