/** What a scope was sent, by the hour, on the disk. */
export interface UsageStore {
  /** @param hour hours since the epoch; @param messages may be negative: what was counted and not begun */
  addUsage(scope: string, hour: number, messages: number): Promise<void>
  /** What it was sent since an hour, and the hour in which anything was sent first of all. */
  usage(
    scope: string,
    sinceHour: number,
  ): Promise<{
    readonly firstHour: number | undefined
    readonly hours: readonly { readonly hour: number; readonly messages: number }[]
  }>
}

/** Counts by the hour that are not on the disk yet. */
export class UsageLog {
  readonly #scope: string
  readonly #store: UsageStore
  #pending = new Map<number, number>()
  #writing: Promise<void> = Promise.resolve()

  constructor(scope: string, store: UsageStore) {
    this.#scope = scope
    this.#store = store
  }

  add(hour: number, messages: number): void {
    this.#pending.set(hour, (this.#pending.get(hour) ?? 0) + messages)
  }

  /** Resolves when all that was added before is on the disk; what could not be written is kept for the next call. */
  async flush(): Promise<void> {
    const before = this.#writing
    const written = before.catch(() => undefined).then(async () => this.#write())
    this.#writing = written
    await written
  }

  async #write(): Promise<void> {
    const batch = [...this.#pending].filter(([, messages]) => messages !== 0)
    this.#pending = new Map()
    const results = await Promise.allSettled(
      batch.map(async ([hour, messages]) => {
        try {
          await this.#store.addUsage(this.#scope, hour, messages)
        } catch (error) {
          this.add(hour, messages)
          throw error
        }
      }),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}
