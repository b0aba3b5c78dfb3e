import type { Clock } from '../clock.ts'
import type { Settled } from './upstream.ts'

type Answer = Settled['answer']

interface Entry {
  /** While it is asked, and afterwards. */
  readonly answer: Promise<Answer>
  until: number
  cost: number
  /** How often in a row the question failed. */
  failures: number
}

/** RFC 8767 4 advises a bound of this size on what is kept, in seconds. */
const maxTtl = 86_400

/** RFC 9520 3.2: a failure is kept for a second at least and five minutes at most, longer each time. */
const failureTtl = { first: 1, most: 300 }

/** Estimated octets of all that is kept; the oldest leave first. */
const defaultSize = 32 * 1024 * 1024

/**
 * Answers for as long as they say, absences as RFC 2308 says, failures for a moment so that nobody is hammered. A
 * question that is under way is not asked again.
 */
export class AnswerCache {
  readonly #clock: Clock
  readonly #size: number
  readonly #entries = new Map<string, Entry>()
  #cost = 0

  constructor(clock: Clock, size = defaultSize) {
    this.#clock = clock
    this.#size = size
  }

  /** What is known under `key`, or is on its way; else what `ask` comes to. */
  find(key: string, ask: (settle: (settled: Settled) => void) => void): Promise<Answer> {
    const known = this.#entries.get(key)
    if (known && known.until > this.#clock.now()) return known.answer
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const entry: Entry = { answer: promise, until: Number.POSITIVE_INFINITY, cost: 0, failures: known?.failures ?? 0 }
    // Anew, so that it is the youngest.
    if (known) this.#drop(key, known)
    this.#entries.set(key, entry)
    ask((settled) => {
      this.#settle(key, entry, settled)
      resolve(settled.answer)
    })
    return promise
  }

  #settle(key: string, entry: Entry, { answer, ttl }: Settled): void {
    entry.failures = answer.kind === 'failure' ? entry.failures + 1 : 0
    const kept = Math.min(failureTtl.first * 2 ** (entry.failures - 1), failureTtl.most)
    const seconds = answer.kind === 'failure' ? kept : Math.min(ttl, maxTtl)
    if (seconds <= 0) {
      this.#drop(key, entry)
      return
    }
    entry.until = this.#clock.now() + seconds * 1000
    entry.cost = estimateCost(answer) + 2 * key.length
    this.#cost += entry.cost
    if (this.#cost > this.#size) this.#evict()
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#cost <= this.#size) return
      // What is under way costs nothing yet, and somebody waits for it.
      if (entry.cost > 0) this.#drop(key, entry)
    }
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#cost -= entry.cost
  }
}

function estimateCost(answer: Answer): number {
  if (answer.kind === 'failure') return 200 + answer.detail.length
  if (answer.kind !== 'records') return 200
  let cost = 300 + answer.canonical.length
  for (const record of answer.records) {
    if (typeof record === 'string') cost += 50 + record.length
    else if ('data' in record) cost += 200 + record.data.length
    else cost += 100 + ('exchange' in record ? record.exchange.length : 255)
  }
  return cost
}
