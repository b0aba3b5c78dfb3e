/** What a series of messages was like, as the sink saw it. Times in milliseconds since the epoch, with fractions. */
export interface Series {
  readonly messages: number
  readonly firstAt: number
  readonly lastAt: number
  /** Messages a second between the first and the last. */
  readonly rate: number
  /** The same between a tenth and nine tenths of the messages: neither start nor end is in it. */
  readonly steadyRate: number
}

/** Milliseconds since the epoch, finer than `Date.now`; the same clock in every process of a machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}

/** Counts what was taken, and when. */
export class Tally {
  #times: number[] = []
  readonly #ids: Map<string, number> | undefined

  /** @param byId whether to keep count of each message by its Message-ID */
  constructor(byId: boolean) {
    this.#ids = byId ? new Map() : undefined
  }

  get byId(): ReadonlyMap<string, number> | undefined {
    return this.#ids
  }

  get messages(): number {
    return this.#times.length
  }

  take(id?: string): void {
    this.#times.push(preciseNow())
    if (id !== undefined) this.#ids?.set(id, (this.#ids.get(id) ?? 0) + 1)
  }

  /** What came since the last call. */
  takeSeries(): Series {
    const times = this.#times
    this.#times = []
    const at = (index: number): number => times[index] ?? 0
    const last = times.length - 1
    const tenth = Math.floor(times.length / 10)
    const rate = (from: number, to: number): number => (to > from ? (1000 * (to - from)) / (at(to) - at(from)) : 0)
    return {
      messages: times.length,
      firstAt: at(0),
      lastAt: at(last),
      rate: rate(0, last),
      steadyRate: rate(tenth, last - tenth),
    }
  }
}
