import { maxMessage } from './message.ts'

/** Octets put one after the other into one piece of memory, up to a bound: many short lines cost no more than one long one. */
export class Content {
  #octets = Buffer.alloc(16 * 1024)
  #length = 0
  #whole = true

  /** False once something did not fit. */
  get whole(): boolean {
    return this.#whole
  }

  get length(): number {
    return this.#length
  }

  add(piece: Buffer): void {
    const fits = Math.min(piece.length, maxMessage - this.#length)
    if (fits < piece.length) this.#whole = false
    const needed = this.#length + fits
    if (needed > this.#octets.length) {
      const larger = Buffer.alloc(Math.min(maxMessage, Math.max(needed, this.#octets.length * 2)))
      this.#octets.copy(larger, 0, 0, this.#length)
      this.#octets = larger
    }
    piece.copy(this.#octets, this.#length, 0, fits)
    this.#length = needed
  }

  /** What was put in, for whoever takes it: this may be filled anew. */
  take(): Buffer {
    const taken = this.#octets.subarray(0, this.#length)
    this.#octets = Buffer.alloc(16 * 1024)
    this.#length = 0
    this.#whole = true
    return taken
  }
}
