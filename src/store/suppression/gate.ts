import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Addressee, SuppressionReason } from '../../queue/index.ts'
import { guard } from '../failure.ts'
import { Statements } from '../statements.ts'
import { findSuppressed } from './hash.ts'
import { SqliteSuppressionList, suppressionName } from './list.ts'

/** Answers that are remembered: of what a run has in flight, and not without bound. */
const most = 200_000

/**
 * Asked before each message whether it may still be sent. What was looked up together is remembered until anybody changes
 * the list, which SQLite tells for next to nothing (sqlite.org/pragma.html#pragma_data_version): a change counts from the
 * next message on.
 */
export class SuppressionGate implements Disposable {
  readonly #path: string
  readonly #db: Statements
  readonly #listOf: (campaign: string) => string | undefined
  readonly #known = new Map<number, SuppressionReason | undefined>()
  #version = -1

  private constructor(path: string, db: Statements, listOf: (campaign: string) => string | undefined) {
    this.#path = path
    this.#db = db
    this.#listOf = listOf
  }

  /** @param listOf the list that a campaign goes to, where it names one */
  static open(folder: string, listOf: (campaign: string) => string | undefined): SuppressionGate {
    // It makes the file where there is none, and brings it up to date.
    SqliteSuppressionList.open(folder)[Symbol.dispose]()
    const path = join(folder, suppressionName)
    // A connection that writes nothing: its own changes would not change the version that it is told.
    const database = guard(path, () => new DatabaseSync(path, { readOnly: true, timeout: 5_000 }))
    return new SuppressionGate(path, new Statements(database), listOf)
  }

  [Symbol.dispose](): void {
    if (this.#db.database.isOpen) this.#db.database.close()
  }

  /** Why a message is not to be sent any more; undefined where it may. The answer of one is given once. */
  readonly ask = (item: Addressee, ahead: readonly Addressee[]): SuppressionReason | undefined =>
    guard(this.#path, () => {
      const version = Number(this.#db.get('PRAGMA data_version')?.['data_version'])
      if (version !== this.#version || this.#known.size > most) this.#known.clear()
      this.#version = version
      if (!this.#known.has(item.id)) this.#lookUp([item, ...ahead])
      const reason = this.#known.get(item.id)
      this.#known.delete(item.id)
      return reason
    })

  /** Whether the list has anybody. */
  readonly any = (): boolean => guard(this.#path, () => this.#db.get('SELECT 1 FROM suppression LIMIT 1') !== undefined)

  #lookUp(items: readonly Addressee[]): void {
    for (const [campaign, own] of Map.groupBy(items, ({ campaign }) => campaign)) {
      const keys = own.map(({ addressKey }) => addressKey)
      const found = findSuppressed(this.#db, keys, this.#listOf(campaign) ?? '')
      for (const { id, addressKey } of own) this.#known.set(id, found.get(addressKey))
    }
  }
}
