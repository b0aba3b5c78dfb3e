import { type Clock, systemClock } from '../../src/clock.ts'

/**
 * The machine's clock, which a test puts forward: for what a program does hours later, beside servers whose own pace no
 * test sets (`VirtualClock` would take their pauses for silence).
 */
export function jumpingClock(): Clock & { jump(ms: number): void } {
  let ahead = 0
  return {
    now: () => systemClock.now() + ahead,
    sleep: async (ms, signal) => systemClock.sleep(ms, signal),
    timer: (ms, fire) => systemClock.timer(ms, fire),
    jump: (ms) => {
      ahead += ms
    },
  }
}
