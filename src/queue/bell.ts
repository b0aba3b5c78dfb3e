import type { Clock } from '../clock.ts'

/** Wakes all who wait for something to change; they look again for themselves whether it has. */
export class Bell {
  #ringing = Promise.withResolvers<void>()

  ring(): void {
    this.#ringing.resolve()
    this.#ringing = Promise.withResolvers<void>()
  }

  /** Resolves when it rings, when `ms` have passed, or when the signal is aborted. */
  async wait(clock: Clock, signal: AbortSignal, ms?: number): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => {
      resolve()
    }
    const stop = ms === undefined ? undefined : clock.timer(ms, wake)
    signal.addEventListener('abort', wake, { once: true })
    await Promise.race([this.#ringing.promise, promise])
    stop?.()
    signal.removeEventListener('abort', wake)
  }
}
