import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Suppression, SuppressionList, Withdrawal } from '../../queue/index.ts'
import { type Opened, openShared } from '../database.ts'
import { guard } from '../failure.ts'
import { changeTogether } from '../transaction.ts'
import { Statements } from '../statements.ts'
import { findSuppressed } from './hash.ts'
import { moveFromQueue } from './move.ts'
import { addRows, pageAfter } from './rows.ts'
import { suppressionSteps } from './schema.ts'

export const suppressionName = 'suppression.db'

/** Rows of the list that are read at a time. */
const page = 1_000

/** The suppression list in `suppression.db`: several processes write it, while a campaign is sent too. */
export class SqliteSuppressionList implements SuppressionList, Disposable {
  readonly #opened: Opened
  readonly #db: Statements

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
  }

  /** Makes it where it is missing. @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL */
  static open(folder: string): SqliteSuppressionList {
    const list = new SqliteSuppressionList(openShared(folder, suppressionName, suppressionSteps))
    try {
      guard(list.#opened.path, () => {
        moveFromQueue(list.#db, folder)
      })
      return list
    } catch (error) {
      list[Symbol.dispose]()
      throw error
    }
  }

  /** Whether a data folder has one: who only looks makes none. */
  static exists(folder: string): boolean {
    return existsSync(join(folder, suppressionName))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  async suppress(rows: readonly Suppression[]): Promise<number> {
    return this.#change(() => addRows(this.#db, rows))
  }

  async unsuppress(addressKeys: readonly string[], list?: string): Promise<number> {
    const keys = JSON.stringify(addressKeys)
    return this.#change(() =>
      list === undefined
        ? this.#db.run('DELETE FROM suppression WHERE address_key IN (SELECT value FROM json_each(?))', keys)
        : this.#db.run('DELETE FROM suppression WHERE address_key IN (SELECT value FROM json_each(?)) AND list = ?', keys, list),
    )
  }

  async withdraw({ addressKey, list, reason, source, since }: Withdrawal): Promise<number> {
    return this.#change(() =>
      this.#db.run(
        'DELETE FROM suppression WHERE address_key = ? AND list = ? AND reason = ? AND source = ? AND at >= ?',
        addressKey,
        list ?? '',
        reason,
        source,
        since,
      ),
    )
  }

  async isSuppressed(addressKeys: readonly string[], list?: string): Promise<ReadonlySet<string>> {
    return new Set(guard(this.#opened.path, () => findSuppressed(this.#db, addressKeys, list ?? '')).keys())
  }

  /** Keeps that somebody is to be counted no more, whatever the campaign. The first time stays. */
  async refuseCounting(addressKey: string, source: string, at: number): Promise<number> {
    return this.#change(() =>
      this.#db.run('INSERT OR IGNORE INTO uncounted (address_key, source, at) VALUES (?, ?, ?)', addressKey, source, at),
    )
  }

  /** Takes that back, where somebody has agreed anew; how many there were. */
  async allowCounting(addressKey: string): Promise<number> {
    return this.#change(() => this.#db.run('DELETE FROM uncounted WHERE address_key = ?', addressKey))
  }

  /** Asked before each message of a campaign that counts. */
  readonly refusesCounting = (addressKey: string): boolean =>
    guard(this.#opened.path, () => this.#db.get('SELECT 1 FROM uncounted WHERE address_key = ?', addressKey) !== undefined)

  /** Everybody who is not to be counted, by address. Times are milliseconds since the epoch. */
  uncounted(): readonly { readonly addressKey: string; readonly source: string; readonly at: number }[] {
    const rows = guard(this.#opened.path, () => this.#db.all('SELECT * FROM uncounted ORDER BY address_key'))
    return rows.map((row) => ({ addressKey: String(row['address_key']), source: String(row['source']), at: Number(row['at']) }))
  }

  async *suppressions(): AsyncGenerator<Suppression> {
    let last: Parameters<typeof pageAfter>[1] = { addressKey: '', list: undefined, reason: '' }
    for (;;) {
      const after = last
      const rows = guard(this.#opened.path, () => pageAfter(this.#db, after, page))
      yield* rows
      const end = rows.at(-1)
      if (!end || rows.length < page) return
      last = end
    }
  }

  #change(action: () => number): number {
    return changeTogether(this.#db.database, this.#opened.path, action)
  }
}
