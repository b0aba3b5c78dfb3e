import { setTimeout as wait } from 'node:timers/promises'

/** Time as a parameter, so that tests decide it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `fire` after `ms` milliseconds unless the function returned is called first. */
  timer(ms: number, fire: () => void): () => void
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal ? { signal } : {})
  },
  timer: (ms, fire) => {
    const handle = setTimeout(fire, ms)
    return () => {
      clearTimeout(handle)
    }
  },
}
