import { performance } from 'node:perf_hooks'
import { setTimeout as rest, setImmediate as takeTurn } from 'node:timers/promises'
import type { Clock } from '../../src/clock.ts'

interface Waiter {
  readonly at: number
  readonly fire: () => void
  /** Milliseconds of the machine without any event before time goes on to it. */
  readonly quietMs: number
}

/** Who sleeps means to; who times out may have been too quick on a busy machine, so nothing moves for longer first. */
const quietMs = { sleep: 3, timer: 40 }

/**
 * A clock that stands still while bytes move, and jumps to the next time that somebody waits for once none do. Client
 * and servers of a test live in one process and one event loop, so "none do" is what the loop itself counts.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock()
 * await clock.sleep(300_000) // five minutes later, at once
 * ```
 */
export class VirtualClock implements Clock {
  readonly start = Date.now()
  readonly #waiting = new Set<Waiter>()
  #now = this.start
  #running = false

  now(): number {
    return this.#now
  }

  /** Milliseconds that passed so far. */
  get elapsed(): number {
    return this.#now - this.start
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = this.#wait(ms, resolve, quietMs.sleep)
    const onAbort = (): void => {
      stop()
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    signal?.addEventListener('abort', onAbort)
    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  timer(ms: number, fire: () => void): () => void {
    return this.#wait(ms, fire, quietMs.timer)
  }

  #wait(ms: number, fire: () => void, quietMs: number): () => void {
    const waiter: Waiter = { at: this.#now + ms, fire, quietMs }
    this.#waiting.add(waiter)
    void this.#run()
    return () => {
      this.#waiting.delete(waiter)
    }
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    while (this.#waiting.size > 0) {
      // Whoever was woken goes on first, and may wait anew for less than the others.
      await takeTurn()
      const next = this.#next()
      if (!next || !(await staysQuiet(next.quietMs)) || this.#next() !== next) continue
      this.#waiting.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.fire()
    }
    this.#running = false
  }

  #next(): Waiter | undefined {
    return [...this.#waiting].toSorted((a, b) => a.at - b.at)[0]
  }
}

/** False where anything moved in the meantime. It rests meanwhile, as a loop that spins makes events of its own. */
async function staysQuiet(ms: number): Promise<boolean> {
  const seen = countEvents()
  await rest(ms)
  // What came while the timer was due is read in the turns that follow.
  for (let turn = 0; turn < 3; turn++) await takeTurn()
  return countEvents() === seen
}

function countEvents(): number {
  return performance.nodeTiming.uvMetricsInfo.events
}
