/**
 * How many questions may be under way to one server at first, and never fewer than. Half of what the receive buffer of a
 * socket holds where nobody made it larger, as others ask that server too.
 */
const least = 128

/** Milliseconds. An answer that takes longer was not in the server's cache, so that it waits for others meanwhile. */
const slowMs = 20

/**
 * How many questions may be under way at once to one server; the others wait their turn. A burst of thousands would
 * overflow the server's socket, so the number grows only as slow answers come in, one by one: a server that has
 * everything in its cache needs no more at a time to be busy. It is halved where a good part of the questions was lost. A
 * few that are lost are dead names, and say nothing about the server.
 */
export class Window<Item> {
  readonly #most: number
  readonly #start: (item: Item, waited: boolean) => void
  readonly #waiting: Item[] = []
  #next = 0
  #isStarting = false
  #size: number
  #ceiling: number
  #underWay = 0
  #settled = 0
  #lost = 0

  /** @param start begins with an item, and says `settle` once for it */
  constructor(most: number, start: (item: Item, waited: boolean) => void) {
    this.#most = most
    this.#start = start
    this.#size = Math.min(least, most)
    this.#ceiling = most
  }

  /** Starts at once, or when an earlier one has been settled. */
  enter(item: Item): void {
    if (this.#underWay >= this.#size) {
      this.#waiting.push(item)
      return
    }
    this.#underWay++
    this.#start(item, false)
  }

  /**
   * @param tookMs how long the question was under way
   * @param lost whether nothing came back in time
   */
  settle(tookMs: number, lost: boolean): void {
    this.#underWay--
    this.#settled++
    if (lost) this.#lost++
    else if (tookMs > slowMs && this.#size < this.#ceiling) this.#size++
    if (this.#settled >= this.#size) this.#judge()
    this.#startWaiting()
  }

  /** Whoever starts may settle at once: then the loop goes on, and no new one begins inside it. */
  #startWaiting(): void {
    if (this.#isStarting) return
    this.#isStarting = true
    while (this.#underWay < this.#size && this.#next < this.#waiting.length) {
      this.#underWay++
      // There is one, as was just seen.
      this.#start(this.#waiting[this.#next++] as Item, true)
    }
    this.#isStarting = false
    // What has started is cut off now and then, not one by one.
    if (this.#next > 1_000 || this.#next === this.#waiting.length) {
      this.#waiting.splice(0, this.#next)
      this.#next = 0
    }
  }

  #judge(): void {
    if (this.#lost * 10 > this.#settled) {
      this.#size = Math.max(Math.min(least, this.#most), Math.floor(this.#size / 2))
      this.#ceiling = this.#size
    } else this.#ceiling = Math.min(this.#most, this.#ceiling + least)
    this.#settled = 0
    this.#lost = 0
  }
}
