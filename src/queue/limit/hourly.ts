const hourMs = 3_600_000

/**
 * At most `most` messages in any hour, spread over it: a bucket that fills evenly and holds a minute's worth.
 *
 * With a bucket of B and a rate of (most - B + 1) an hour, no stretch of an hour has more than `most`, wherever it
 * begins: what the bucket holds at first, and less than (most - B + 1) more. One that starts empty gives no more than
 * one that was never away, so a restart cannot add to it. Counted in whole numbers: a message is 3,600,000 of them, and
 * a millisecond adds the rate.
 */
export class Hourly {
  readonly #rate: number
  readonly #size: number
  readonly #periodMs: number
  #level: number
  #filledAt: number

  /**
   * @param fresh nothing was sent in the hour before
   * @param periodMs for limits of another time than an hour, which hold in the same way
   */
  constructor(most: number, now: number, fresh: boolean, periodMs = hourMs) {
    const burst = Math.max(1, Math.floor(most / 60))
    this.#rate = most - burst + 1
    this.#periodMs = periodMs
    this.#size = burst * periodMs
    this.#level = fresh ? this.#size : 0
    this.#filledAt = now
  }

  available(now: number): number {
    this.#fill(now)
    return Math.floor(this.#level / this.#periodMs)
  }

  take(count: number): void {
    this.#level -= count * this.#periodMs
  }

  giveBack(count: number): void {
    this.#level = Math.min(this.#size, this.#level + count * this.#periodMs)
  }

  /** When there is something again: where many go in an hour, a second's worth of them, to be sent together. */
  nextAt(now: number): number {
    this.#fill(now)
    const wanted = Math.min(this.#size, Math.max(1, Math.floor((this.#rate * 1_000) / this.#periodMs)) * this.#periodMs)
    return now + Math.ceil((wanted - this.#level) / this.#rate)
  }

  #fill(now: number): void {
    // A clock that was put back fills nothing until it is where it was, or one that was put forward would count twice.
    if (now <= this.#filledAt) return
    const elapsed = Math.min(this.#periodMs, now - this.#filledAt)
    this.#level = Math.min(this.#size, this.#level + elapsed * this.#rate)
    this.#filledAt = now
  }
}
