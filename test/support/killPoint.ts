import type { Moment } from './sink/index.ts'

/** Where a sending process is killed. */
export interface KillPoint {
  readonly name: string
  /** Counts from when this was reached so often; `start` is the start of the process. */
  readonly moment: Moment | 'start'
  readonly occurrence: number
  /** Then, after so many further writes to the data folder; 0: at once. */
  readonly writes: number
}

/**
 * Draws a point: anywhere while a list is taken in, messages are leased, handed over and settled.
 *
 * @param random from 0 to below 1
 * @param messages about how many messages a run may get done before it
 */
export function drawKillPoint(random: () => number, messages: number): KillPoint {
  const upTo = (most: number): number => 1 + Math.floor(random() * most)
  const kinds: readonly (() => KillPoint)[] = [
    () => ({ name: 'accept', moment: 'start', occurrence: 1, writes: upTo(40) }),
    () => ({ name: 'lease', moment: 'ehlo', occurrence: 2, writes: upTo(4) }),
    () => ({ name: 'MAIL', moment: 'mail', occurrence: upTo(messages), writes: 0 }),
    () => ({ name: 'DATA', moment: 'data', occurrence: upTo(messages), writes: 0 }),
    () => ({ name: 'dot', moment: 'taken', occurrence: upTo(messages), writes: 0 }),
    () => ({ name: 'settle', moment: 'taken', occurrence: upTo(messages), writes: upTo(6) }),
  ]
  return kinds[Math.floor(random() * kinds.length)]?.() ?? { name: 'start', moment: 'start', occurrence: 1, writes: 0 }
}

/** Watches for a point, from what the server sees and what is written. Calls back once. */
export class KillWatch {
  readonly #point: KillPoint
  readonly #kill: () => void
  #reached = 0
  #written = 0

  constructor(point: KillPoint, kill: () => void) {
    this.#point = point
    this.#kill = kill
    if (point.moment === 'start') this.note('start')
  }

  note(moment: Moment | 'start'): void {
    if (moment !== this.#point.moment || this.#reached === this.#point.occurrence) return
    this.#reached += 1
    if (this.#reached === this.#point.occurrence && this.#point.writes === 0) this.#kill()
  }

  noteWrite(): void {
    if (this.#reached < this.#point.occurrence || this.#written === this.#point.writes) return
    this.#written += 1
    if (this.#written === this.#point.writes) this.#kill()
  }
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
