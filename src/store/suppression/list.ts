import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Suppression, SuppressionList, Withdrawal } from '../../queue/index.ts'
import { type Opened, openShared } from '../database.ts'
import { Mentions, takeOutOf } from '../erase/index.ts'
import { guard } from '../failure.ts'
import { changeTogether } from '../transaction.ts'
import { Statements } from '../statements.ts'
import { ErasedAddresses } from './erased.ts'
import { findSuppressed, hashKey } from './hash.ts'
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
  readonly #erased: ErasedAddresses

  private constructor(folder: string, opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
    this.#erased = new ErasedAddresses(this.#db, folder)
  }

  /** Makes it where it is missing. @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL */
  static open(folder: string): SqliteSuppressionList {
    const list = new SqliteSuppressionList(folder, openShared(folder, suppressionName, suppressionSteps))
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
    return this.#change(() => {
      // Whatever is learnt of who was erased is not written down: it is known that there is no mail for them.
      const erased = this.#erased.find(rows.map(({ addressKey }) => addressKey))
      return addRows(
        this.#db,
        rows.filter(({ addressKey }) => !erased.has(addressKey)),
      )
    })
  }

  /**
   * Turns all that is known of these addresses into a keyed hash each, by which they are held back from all mail; how many
   * rows that were. Once done it changes nothing. That somebody is not to be counted needs no hash of its own: who gets no mail
   * has no links, those of before lead to a row that names nobody, and who is let in again is counted only if that is said.
   */
  async erase(addressKeys: readonly string[], at: number): Promise<number> {
    const key = await this.#erased.openKey()
    return this.#change(() => {
      this.#db.database.exec('PRAGMA secure_delete = ON')
      this.#erased.add(addressKeys, key, at)
      const rows =
        this.#delete(addressKeys) +
        this.#db.run('DELETE FROM uncounted WHERE address_key IN (SELECT value FROM json_each(?))', JSON.stringify(addressKeys))
      const mentions = new Mentions(addressKeys)
      takeOutOf(this.#db.database, mentions, { table: 'suppression', columns: ['source', 'detail'] })
      takeOutOf(this.#db.database, mentions, { table: 'uncounted', columns: ['source'] })
      return rows
    })
  }

  /** Those of these who were erased. */
  findErased(addressKeys: readonly string[]): ReadonlySet<string> {
    return guard(this.#opened.path, () => this.#erased.find(addressKeys))
  }

  /** How many rows there are of these addresses: why they get no mail, and that they are not to be counted. */
  countOf(addressKeys: readonly string[]): number {
    return guard(this.#opened.path, () =>
      Number(
        this.#db.get(
          `SELECT (SELECT count(*) FROM suppression WHERE address_key IN (SELECT value FROM json_each(?1)))
             + (SELECT count(*) FROM uncounted WHERE address_key IN (SELECT value FROM json_each(?1))) AS count`,
          JSON.stringify(bothForms(addressKeys)),
        )?.['count'],
      ),
    )
  }

  async unsuppress(addressKeys: readonly string[], list?: string): Promise<number> {
    return this.#change(() =>
      list === undefined
        ? this.#delete(addressKeys) + this.#erased.remove(addressKeys)
        : this.#db.run(
            'DELETE FROM suppression WHERE address_key IN (SELECT value FROM json_each(?)) AND list = ?',
            JSON.stringify(bothForms(addressKeys)),
            list,
          ),
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
    return new Set(guard(this.#opened.path, () => findSuppressed(this.#db, this.#erased, addressKeys, list ?? '')).keys())
  }

  /** Keeps that somebody is to be counted no more, whatever the campaign. The first time stays. Of who was erased nothing is kept. */
  async refuseCounting(addressKey: string, source: string, at: number): Promise<number> {
    return this.#change(() =>
      this.#erased.find([addressKey]).size > 0
        ? 0
        : this.#db.run('INSERT OR IGNORE INTO uncounted (address_key, source, at) VALUES (?, ?, ?)', addressKey, source, at),
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
      if (!end || rows.length < page) break
      last = end
    }
    for (const { hash, at } of guard(this.#opened.path, () => this.#erased.all()))
      yield { ...erasedRow, addressKey: `erased:${hash}`, at }
  }

  #delete(addressKeys: readonly string[]): number {
    return this.#db.run(
      'DELETE FROM suppression WHERE address_key IN (SELECT value FROM json_each(?))',
      JSON.stringify(bothForms(addressKeys)),
    )
  }

  #change(action: () => number): number {
    return changeTogether(this.#db.database, this.#opened.path, action)
  }
}

const erasedRow = { list: undefined, reason: 'erased', source: 'sealpost erase', campaign: undefined, detail: '' } as const

/** As they are, and as an import may have told of them. */
function bothForms(addressKeys: readonly string[]): readonly string[] {
  return [...addressKeys, ...addressKeys.map(hashKey)]
}
