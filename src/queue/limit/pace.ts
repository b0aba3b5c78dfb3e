import type { Clock } from '../../clock.ts'

/**
 * What happened on a connection, as far as it is about pace. `accepted`: a message was taken. `put-off`: a 421, or
 * another 4yz reply that speaks of rate or load; not greylisting, not a full mailbox. `closed`: the connection ended
 * without 221 after it had taken a message. `refused-connection`: it could not be opened, or ended before any.
 */
export type PaceEvent = 'accepted' | 'put-off' | 'closed' | 'refused-connection'

/** Connections at the start, unless fewer are allowed. */
const initial = 3
const firstPauseMs = 30_000
const longestPauseMs = 1_800_000

/**
 * How many connections a destination is given just now, of those that it may be given at the most.
 *
 * Modelled on what queue managers have settled on. From Postfix (SCHEDULER_README): a window that starts small, feedback
 * of 1/N for each success so that a whole cohort of N deliveries moves it by one, and a destination that is left alone
 * when nothing gets through. Postfix takes the same small step down; here trouble halves the window, as in TCP (RFC 5681
 * 3.1), because providers count what is pushed at them after they said 421 against the sender. One halving answers a
 * whole cohort: connections that were open together are told the same together. From TCP too comes slow start, one more
 * for each message taken until the window where trouble began before, so that a long lane does not creep. From KumoMTA
 * and PowerMTA: a pause for the destination alone when it refuses, then less until messages are taken again. Their
 * patterns over reply texts are not taken: `classify/` has read the reply before it gets here.
 */
export class Pace {
  readonly #most: number
  readonly #clock: Clock
  readonly #random: () => number
  #window: number
  /** Below it the window doubles, above it it creeps. */
  #threshold: number
  /** Events that still belong to the cohort which trouble was heard from. */
  #deaf = 0
  /** Pauses in a row without a message taken in between. */
  #pauses = 0
  #pausedUntil = 0
  /** A message was taken since the last trouble. */
  #working = false

  constructor(most: number, options: { readonly clock: Clock; readonly random: () => number }) {
    this.#most = most
    this.#window = Math.min(initial, most)
    this.#threshold = most
    this.#clock = options.clock
    this.#random = options.random
  }

  /** Connections that may be open now. */
  get window(): number {
    return Math.floor(this.#window)
  }

  /** Milliseconds since the epoch: until then no further connection is opened; 0 where none is in the way. */
  get pausedUntil(): number {
    return this.#pausedUntil > this.#clock.now() ? this.#pausedUntil : 0
  }

  note(event: PaceEvent): void {
    if (event === 'accepted') this.#grow()
    else if (event === 'refused-connection') this.#pause()
    else this.#shrink()
  }

  #grow(): void {
    this.#deaf = Math.max(0, this.#deaf - 1)
    this.#pauses = 0
    this.#working = true
    const step = this.#window < this.#threshold ? 1 : 1 / this.#window
    this.#window = Math.min(this.#most, this.#window + step)
  }

  #shrink(): void {
    if (this.#deaf > 0) {
      this.#deaf -= 1
      return
    }
    // One connection, and that was in vain twice running: less is only none.
    if (this.window === 1 && !this.#working) this.#pause()
    else this.#halve()
  }

  #halve(): void {
    this.#deaf = this.window - 1
    this.#window = Math.max(1, this.#window / 2)
    this.#threshold = this.#window
    this.#working = false
  }

  #pause(): void {
    // Those that were dialled together are refused together.
    if (this.pausedUntil > 0) return
    // Where others are taken, the peer says how many it likes; where none is, one will try again alone.
    const working = this.#working
    this.#halve()
    if (!working) this.#window = 1
    const full = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#pauses, 10))
    const jittered = full * (0.75 + this.#random() / 2)
    this.#pausedUntil = this.#clock.now() + Math.min(longestPauseMs, Math.round(jittered))
    this.#pauses += 1
  }
}
