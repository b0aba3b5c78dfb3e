/** So many of something at a time, for all lanes together; who waits is served in turn. */
export class Slots {
  #free: number
  readonly #waiting = new Set<(taken: boolean) => void>()

  constructor(count: number) {
    this.#free = count
  }

  /** Takes one if one is free now and nobody waits for it. */
  tryTake(): boolean {
    if (this.#free === 0 || this.#waiting.size > 0) return false
    this.#free -= 1
    return true
  }

  /** Takes one when there is one; false where the signal came first. */
  async take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false
    if (this.tryTake()) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const give = (taken: boolean): void => {
      this.#waiting.delete(give)
      signal.removeEventListener('abort', leave)
      resolve(taken)
    }
    const leave = (): void => {
      give(false)
    }
    this.#waiting.add(give)
    signal.addEventListener('abort', leave, { once: true })
    return promise
  }

  giveBack(): void {
    const [next] = this.#waiting
    if (next) next(true)
    else this.#free += 1
  }
}
