import type { Clock } from '../clock.ts'
import type { HitGroup, TrackingLedger } from './ledger.ts'
import type { HitKind } from './token.ts'

/** One click or one opening. */
export interface Hit {
  readonly campaign: string
  readonly tag: string
  readonly kind: HitKind
  readonly link: number
  /** Of the link, and of the campaign as a whole. */
  readonly who: Uint8Array
  readonly whoInAll: Uint8Array
}

/** Milliseconds after which a hit is on the disk: as many as come meanwhile cost one write. */
const delayMs = 1_000

/** Hits that wait at the most; one more, and they are written at once. */
const most = 5_000

interface Group extends Omit<HitGroup, 'count' | 'who'> {
  count: number
  readonly who: Map<string, Uint8Array>
}

/**
 * Gathers hits and writes many at a time: when a campaign goes out they come by the thousand. A process that is killed
 * loses those of its last second: they are counts, and no evidence of anything.
 */
export class HitCounter implements Disposable {
  readonly #open: () => TrackingLedger
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #groups = new Map<string, Group>()
  #waiting = 0
  #cancel: (() => void) | undefined

  /** @param open gives the ledger when there is something to write: a server that counts nothing makes no file */
  constructor(open: () => TrackingLedger, clock: Clock, onError: (error: unknown) => void) {
    this.#open = open
    this.#clock = clock
    this.#onError = onError
  }

  add(hit: Hit): void {
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10)
    if (hit.link > 0) this.#note({ ...hit, day }, hit.who)
    this.#note({ ...hit, link: 0, day }, hit.whoInAll)
    if (++this.#waiting >= most) this.flush()
    else
      this.#cancel ??= this.#clock.timer(delayMs, () => {
        this.flush()
      })
  }

  #note({ campaign, tag, kind, link, day }: Omit<Hit, 'who' | 'whoInAll'> & { day: string }, who: Uint8Array): void {
    const name = `${tag} ${kind} ${link} ${day}`
    const group = this.#groups.get(name) ?? { campaign, tag, kind, link, day, count: 0, who: new Map() }
    group.count++
    group.who.set(Buffer.from(who).toString('latin1'), who)
    this.#groups.set(name, group)
  }

  /** Writes what waits. A reader follows his link whether or not it could be counted, so what fails is told and let go. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#groups.size === 0) return
    const groups = [...this.#groups.values()].map((group) => ({ ...group, who: [...group.who.values()] }))
    this.#groups.clear()
    this.#waiting = 0
    try {
      this.#open().add(groups, this.#clock.now())
    } catch (error) {
      this.#onError(error)
    }
  }

  [Symbol.dispose](): void {
    this.flush()
  }
}
