import type { UsageStore } from './usage.ts'

const hoursADay = 24
const dayMs = 86_400_000

/** At most so many messages on each day while a sender is new to a destination; days are those of UTC. */
export class Daily {
  readonly #most: readonly number[]
  #firstDay: number | undefined
  #day: number
  #sent: number

  constructor(most: readonly number[], now: number, before: Awaited<ReturnType<UsageStore['usage']>>) {
    this.#most = most
    this.#day = dayOf(now)
    this.#firstDay = before.firstHour === undefined ? undefined : Math.floor(before.firstHour / hoursADay)
    this.#sent = before.hours
      .filter(({ hour }) => Math.floor(hour / hoursADay) >= this.#day)
      .reduce((sum, { messages }) => sum + messages, 0)
  }

  available(now: number): number {
    this.#turn(now)
    const most = this.#most[this.#day - (this.#firstDay ?? this.#day)]
    return most === undefined ? Number.POSITIVE_INFINITY : Math.max(0, most - this.#sent)
  }

  take(count: number): void {
    this.#firstDay ??= this.#day
    this.#sent += count
  }

  giveBack(count: number, takenAt: number): void {
    // What was taken yesterday is none of today's.
    if (dayOf(takenAt) === this.#day) this.#sent = Math.max(0, this.#sent - count)
  }

  nextAt(now: number): number {
    this.#turn(now)
    return (this.#day + 1) * dayMs
  }

  #turn(now: number): void {
    // Never back: a clock that is put right must not begin a day anew.
    if (dayOf(now) <= this.#day) return
    this.#day = dayOf(now)
    this.#sent = 0
  }
}

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}
