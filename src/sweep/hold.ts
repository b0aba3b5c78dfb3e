/** Hosts that nobody waits for, kept as a domain that is not looked up yet may need them. */
const maxIdle = 1_000

/**
 * Which hosts' observations are still needed. An observation is large (certificates, dialogues), so it is let go of
 * when the last set of hosts that needs it is done. Who is the last is known when every domain's MX is; until then all
 * are kept, and where they grow too many, examinations wait for the look-ups: no host is examined twice. Beside these
 * stay the hosts that a set still waiting has in common with one that is done.
 */
export class HostHold {
  readonly #letGo: (host: string) => void
  readonly #needed = new Map<string, number>()
  readonly #idle = new Set<string>()
  #complete = false

  constructor(letGo: (host: string) => void) {
    this.#letGo = letGo
  }

  /** Nothing more shall be examined until `complete`. */
  get full(): boolean {
    return !this.#complete && this.#idle.size >= maxIdle
  }

  need(hosts: readonly string[]): void {
    for (const host of hosts) {
      this.#needed.set(host, (this.#needed.get(host) ?? 0) + 1)
      this.#idle.delete(host)
    }
  }

  /** The set that needed them is done with. */
  release(hosts: readonly string[]): void {
    for (const host of hosts) {
      const left = (this.#needed.get(host) ?? 0) - 1
      if (left > 0) this.#needed.set(host, left)
      else {
        this.#needed.delete(host)
        if (this.#complete) this.#letGo(host)
        else this.#idle.add(host)
      }
    }
  }

  /** Nobody will need more than is needed by now. */
  complete(): void {
    this.#complete = true
    for (const host of this.#idle) this.#letGo(host)
    this.#idle.clear()
  }
}
