import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Member } from '../list/index.ts'
import { SqliteSuppressionList } from '../store/suppression/index.ts'

/** Keys that are asked for at once. */
const batch = 1000

/** Counts those of a list who get no more mail, as they pass by. They are stored like others: they may be taken off that list again. */
export class SuppressedCount implements Disposable {
  /** Undefined where nothing was ever sent or suppressed. */
  readonly #suppressions: SqliteSuppressionList | undefined
  #count = 0
  #keys: string[] = []

  constructor(folder: string) {
    this.#suppressions = openSuppressions(folder)
  }

  [Symbol.dispose](): void {
    this.#suppressions?.[Symbol.dispose]()
  }

  async *watch(members: AsyncIterable<Member>): AsyncGenerator<Member, void> {
    for await (const member of members) {
      if (this.#suppressions) {
        this.#keys.push(member.addressKey)
        if (this.#keys.length >= batch) await this.#ask()
      }
      yield member
    }
  }

  /** How many there were so far. */
  async total(): Promise<number> {
    await this.#ask()
    return this.#count
  }

  async #ask(): Promise<void> {
    if (this.#suppressions && this.#keys.length > 0) this.#count += (await this.#suppressions.isSuppressed(this.#keys)).size
    this.#keys = []
  }
}

/** Rows of older versions lie in the queue, until the list is opened for the first time. */
function openSuppressions(folder: string): SqliteSuppressionList | undefined {
  const there = ['suppression.db', 'queue.db'].some((name) => existsSync(join(folder, name)))
  return there ? SqliteSuppressionList.open(folder) : undefined
}
