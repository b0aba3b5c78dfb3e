/** What one address may ask for: so much at once, and so much a second after that. */
export interface PaceRule {
  readonly burst: number
  readonly perSecond: number
}

/**
 * Generous to who knows what he asks for: a large mailbox provider sends the clicks of all its users from a few addresses.
 * A link that is none costs as much as fifty that are.
 */
export const usualPace: PaceRule = { burst: 2_000, perSecond: 100 }
export const missCost = 50

/** For links that are counted: a scanner that stands before a large company follows all of them in all of its mail. */
export const trackingPace: PaceRule = { burst: 10_000, perSecond: 500 }

/** A log asks a few times an hour; the first question may be one that only asks for a size. */
export const witnessPace: PaceRule = { burst: 1_000, perSecond: 20 }

/** For what providers report: a large campaign comes back as one request a message. */
export const claimsPace: PaceRule = { burst: 10_000, perSecond: 500 }

/** Addresses that are remembered; who is forgotten starts afresh. */
const most = 20_000

/** Keeps one address from taking all there is. */
export class Pace {
  readonly #rule: PaceRule
  readonly #now: () => number
  readonly #left = new Map<string, { tokens: number; at: number }>()

  /** @param now milliseconds */
  constructor(rule: PaceRule, now: () => number) {
    this.#rule = rule
    this.#now = now
  }

  /** Whether the address may ask now. */
  admits(address: string): boolean {
    return this.#fill(address).tokens >= 1
  }

  charge(address: string, cost: number): void {
    this.#fill(address).tokens -= cost
  }

  #fill(address: string): { tokens: number; at: number } {
    const { burst, perSecond } = this.#rule
    const now = this.#now()
    const known = this.#left.get(address)
    const tokens = known ? Math.min(burst, known.tokens + ((now - known.at) / 1_000) * perSecond) : burst
    const filled = { tokens, at: now }
    // To the end of the line: the first is then the one that asked longest ago.
    this.#left.delete(address)
    this.#left.set(address, filled)
    const [oldest] = this.#left.keys()
    if (this.#left.size > most && oldest !== undefined) this.#left.delete(oldest)
    return filled
  }
}
