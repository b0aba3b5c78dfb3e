import { Limit, type LimitOptions } from './limit.ts'

/** How quickly a campaign goes out as a whole, wherever its messages go. */
export interface JobPace {
  readonly messagesPerHour: number | undefined
  readonly messagesPerMinute: number | undefined
  /** The time itself where messages may be begun at it, else when they may; milliseconds since the epoch. */
  readonly opensAt: (now: number) => number
}

/** Why no message of a campaign may be begun now, and when to ask again (milliseconds since the epoch). */
export interface Rest {
  /** `pace`: a moment, and more may go; `window`: it may be days. */
  readonly kind: 'pace' | 'window'
  readonly until: number
}

/** What one campaign may send, counted on the disk so that it holds beyond the run. */
export class CampaignLimit {
  readonly #limit: Limit
  readonly #opensAt: JobPace['opensAt']
  readonly #clock: LimitOptions['clock']
  readonly #onError: (error: unknown) => void
  #writing = false
  /** A window opens and closes with a minute: for as long it is not asked again. */
  #minute = -1
  #shutUntil = 0

  /** @param onError told of counts that cannot be written */
  constructor(campaign: string, pace: JobPace, options: LimitOptions, onError: (error: unknown) => void) {
    const { messagesPerHour, messagesPerMinute, opensAt } = pace
    this.#limit = new Limit(
      `campaign ${campaign}`,
      {
        connections: Number.MAX_SAFE_INTEGER,
        messagesPerConnection: Number.MAX_SAFE_INTEGER,
        recipientsPerTransaction: Number.MAX_SAFE_INTEGER,
        messagesPerHour,
        ...(messagesPerMinute === undefined ? {} : { messagesPerMinute }),
        warmUp: [],
      },
      options,
    )
    this.#opensAt = opensAt
    this.#clock = options.clock
    this.#onError = onError
  }

  /** Reads what was sent before; until then nothing may be begun. */
  async open(): Promise<void> {
    await this.#limit.open()
  }

  /** Undefined where a message may be begun. */
  get rest(): Rest | undefined {
    const now = this.#clock.now()
    if (this.#isShut(now)) return { kind: 'window', until: this.#shutUntil }
    const next = this.#limit.nextAt
    return next === undefined || next <= now ? undefined : { kind: 'pace', until: next }
  }

  /** How many messages may be begun now. */
  get available(): number {
    return this.rest === undefined ? this.#limit.available : 0
  }

  /** Takes the right to begin a message; false where there is none. */
  take(): boolean {
    if (this.#isShut(this.#clock.now()) || this.#limit.take(1) === 0) return false
    this.#write()
    return true
  }

  /** A message that was not begun after all. */
  giveBack(): void {
    this.#limit.giveBack(1)
  }

  /** Resolves when what was taken is on the disk. */
  async flush(): Promise<void> {
    await this.#limit.flush()
  }

  #isShut(now: number): boolean {
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#shutUntil = this.#opensAt(now)
    }
    return this.#shutUntil > now
  }

  /** One write at a time: what is taken meanwhile goes with the next. A crash must not leave a first batch uncounted. */
  #write(): void {
    if (this.#writing) return
    this.#writing = true
    this.flush()
      .catch(this.#onError)
      .finally(() => {
        this.#writing = false
      })
  }
}
