import { type Clock, systemClock } from '../../../src/clock.ts'

/**
 * The machine's clock, which runs so many times as fast while a run sleeps until something is due again: hours between
 * two tries are seconds, and no server is given less time to answer.
 */
export function hurryingClock(factor: number): Clock {
  let ahead = 0
  return {
    now: () => systemClock.now() + ahead,
    sleep: async (ms, signal) => {
      await systemClock.sleep(ms / factor, signal)
      ahead += Math.round(ms - ms / factor)
    },
    timer: (ms, fire) => systemClock.timer(ms, fire),
  }
}
