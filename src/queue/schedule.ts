/** When what could not be sent is tried again (RFC 5321 4.5.4.1). */
export interface RetrySchedule {
  /** Milliseconds before each further try; the last counts for all that follow. */
  readonly retryMs: readonly number[]
  /** Milliseconds after which a message fails. */
  readonly giveUpMs: number
}

/**
 * Milliseconds since the epoch of the next try, with up to a tenth added by chance, so that a lane's messages do not
 * all come back at one moment.
 *
 * @param attempt attempts made so far, from 1
 */
export function nextTry(attempt: number, schedule: RetrySchedule, now: number, random: () => number): number {
  const wait = schedule.retryMs[Math.min(attempt, schedule.retryMs.length) - 1] ?? 3_600_000
  return Math.round(now + wait * (1 + random() / 10))
}

/** The same after one attempt, after two, and so on; the last counts for all that follow. */
export function nextTries(schedule: RetrySchedule, now: number, random: () => number): readonly number[] {
  return schedule.retryMs.map((_, index) => nextTry(index + 1, schedule, now, random))
}
