import type { Window } from './window.ts'

/** How quickly a campaign goes out as a whole. */
export interface Pace {
  /** Messages in any hour, at most. */
  readonly perHour?: number
  /** Messages in any minute, at most. */
  readonly perMinute?: number
  /** Outside of it nothing is begun. */
  readonly window?: Window
}
