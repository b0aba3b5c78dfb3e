/** Something to examine. */
export interface Job {
  /** The machines it goes to: jobs of one lane share them. */
  readonly lane: string
  /** How many people wait for the answer; may grow while the job waits. */
  readonly recipients: number
}

/** Gives out jobs: those with most recipients first, so many at a time, and so many at a time in one lane. */
export class Schedule<T extends Job> {
  readonly #limit: number
  readonly #laneLimit: number
  readonly #waiting = new Set<T>()
  readonly #lanes = new Map<string, number>()
  #running = 0

  constructor(limit: number, laneLimit: number) {
    this.#limit = limit
    this.#laneLimit = laneLimit
  }

  add(job: T): void {
    this.#waiting.add(job)
  }

  /**
   * The next job, which is running from now on. A lane that is full is passed over, so that whoever hangs holds nobody
   * else. Looks through all that wait: a job takes seconds, and this takes none.
   */
  take(): T | undefined {
    if (this.#running >= this.#limit) return undefined
    let best: T | undefined
    for (const job of this.#waiting) {
      if (best && job.recipients <= best.recipients) continue
      if ((this.#lanes.get(job.lane) ?? 0) < this.#laneLimit) best = job
    }
    if (!best) return undefined
    this.#waiting.delete(best)
    this.#running += 1
    this.#lanes.set(best.lane, (this.#lanes.get(best.lane) ?? 0) + 1)
    return best
  }

  done({ lane }: T): void {
    this.#running -= 1
    const left = (this.#lanes.get(lane) ?? 0) - 1
    if (left > 0) this.#lanes.set(lane, left)
    else this.#lanes.delete(lane)
  }
}
