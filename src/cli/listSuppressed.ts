import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Member } from '../list/index.ts'
import { SqliteSuppressionList } from '../store/suppression/index.ts'

/** Keys that are asked for at once. */
const batch = 1000

/**
 * Counts those of a list who get no more mail, as they pass by. They are stored like others, as they may be taken off that list
 * again; but who was erased is not brought back by a list that still has them.
 */
export class SuppressedCount implements Disposable {
  /** Undefined where nothing was ever sent or suppressed. */
  readonly #suppressions: SqliteSuppressionList | undefined
  #suppressed = 0
  #erased = 0

  constructor(folder: string) {
    this.#suppressions = openSuppressions(folder)
  }

  [Symbol.dispose](): void {
    this.#suppressions?.[Symbol.dispose]()
  }

  /** Passes on those who were not erased. */
  async *watch(members: AsyncIterable<Member>): AsyncGenerator<Member, void> {
    let some: Member[] = []
    for await (const member of members) {
      some.push(member)
      if (some.length < batch) continue
      yield* await this.#ask(some)
      some = []
    }
    yield* await this.#ask(some)
  }

  /** How many there were so far: who gets no more mail, and those of them who were erased and left out. */
  get counts(): { readonly suppressed: number; readonly erased: number } {
    return { suppressed: this.#suppressed, erased: this.#erased }
  }

  async #ask(members: readonly Member[]): Promise<readonly Member[]> {
    const list = this.#suppressions
    if (!list || members.length === 0) return members
    const keys = members.map(({ addressKey }) => addressKey)
    this.#suppressed += (await list.isSuppressed(keys)).size
    const erased = list.findErased(keys)
    this.#erased += erased.size
    return erased.size === 0 ? members : members.filter(({ addressKey }) => !erased.has(addressKey))
  }
}

/** Rows of older versions lie in the queue, until the list is opened for the first time. */
function openSuppressions(folder: string): SqliteSuppressionList | undefined {
  const there = ['suppression.db', 'queue.db'].some((name) => existsSync(join(folder, name)))
  return there ? SqliteSuppressionList.open(folder) : undefined
}
