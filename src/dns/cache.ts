import type { Clock } from '../clock.ts'
import type { Settled } from './upstream.ts'

type Answer = Settled['answer']

interface Entry {
  readonly answer: Answer
  readonly until: number
  readonly cost: number
  /** How often in a row the question failed. */
  readonly failures: number
}

/** RFC 8767 4 advises a bound of this size on what is kept, in seconds. */
const maxTtl = 86_400

/** RFC 9520 3.2: a failure is kept for a second at least and five minutes at most, longer each time. */
const failureTtl = { first: 1, most: 300 }

/** Estimated octets of all that is kept; the oldest leave first. */
const defaultSize = 32 * 1024 * 1024

/** Answers for as long as they say, absences as RFC 2308 says, failures for a moment so that nobody is hammered. */
export class AnswerCache {
  readonly #clock: Clock
  readonly #size: number
  readonly #entries = new Map<string, Entry>()
  #cost = 0

  constructor(clock: Clock, size = defaultSize) {
    this.#clock = clock
    this.#size = size
  }

  find(key: string): Answer | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.until > this.#clock.now() ? entry.answer : undefined
  }

  keep(key: string, { answer, ttl }: Settled): void {
    const before = this.#entries.get(key)
    const failures = answer.kind === 'failure' ? (before?.failures ?? 0) + 1 : 0
    const seconds = failures > 0 ? Math.min(failureTtl.first * 2 ** (failures - 1), failureTtl.most) : Math.min(ttl, maxTtl)
    if (before) this.#drop(key)
    if (seconds <= 0) return
    const cost = estimateCost(answer) + 2 * key.length
    this.#entries.set(key, { answer, until: this.#clock.now() + seconds * 1000, cost, failures })
    this.#cost += cost
    if (this.#cost > this.#size) this.#evict()
  }

  #evict(): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#cost <= this.#size) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
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
