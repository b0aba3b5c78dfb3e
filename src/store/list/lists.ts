import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { SealpostError } from '../../errors.ts'
import type { Mapping, Member } from '../../list/index.ts'
import { type Opened, openShared } from '../database.ts'
import { Mentions, takeOutOf } from '../erase/index.ts'
import { explain, guard } from '../failure.ts'
import { changeTogether } from '../transaction.ts'
import { MergePreview, Merger } from './merge.ts'
import { steps } from './schema.ts'
import { type Merge, type StoredList, readStored } from './stored.ts'

/** What is imported into a list. */
export interface ListImport {
  readonly name: string
  readonly columns: readonly string[]
  readonly mapping: Mapping
  /** The file, and its SHA-256, hex; asked for when all members were read. */
  readonly source: string
  readonly sha256: () => string | Promise<string>
  /** Members that the file does not have are taken off the list. */
  readonly replace: boolean
}

/** Stored lists in `lists.db`; any process may write it. */
export class SqliteLists implements Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL */
  static open(folder: string): SqliteLists {
    return new SqliteLists(openShared(folder, 'lists.db', steps))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  /** Every list with the number of its members, by name. */
  all(): readonly (StoredList & { readonly members: number })[] {
    const rows = this.#all(
      'SELECT *, (SELECT count(*) FROM member WHERE member.list = list.id) AS members FROM list ORDER BY name',
    )
    return rows.map((row) => ({ ...readStored(row), members: Number(row['members']) }))
  }

  find(name: string): StoredList | undefined {
    const [row] = this.#all('SELECT * FROM list WHERE name = ?', name)
    return row && readStored(row)
  }

  /** @throws SealpostError SP_LIST_UNKNOWN */
  get(name: string): StoredList {
    const found = this.find(name)
    if (!found) throw new SealpostError('SP_LIST_UNKNOWN', { where: name })
    return found
  }

  count(list: StoredList): number {
    return Number(this.#all('SELECT count(*) AS count FROM member WHERE list = ?', list.id)[0]?.['count'] ?? 0)
  }

  /** What an import would do. */
  async preview({ name }: Pick<ListImport, 'name'>, members: AsyncIterable<Member>): Promise<Merge> {
    const list = this.find(name)
    const preview = new MergePreview(this.#db, list?.id)
    for await (const member of members)
      guard(this.#opened.path, () => {
        preview.add(member)
      })
    return preview.result(list ? this.count(list) : 0)
  }

  /** Imports members into a list, which is made where it is not there: all of them or, whatever happens, none. */
  async commit(given: ListImport, members: AsyncIterable<Member>, now: number): Promise<Merge> {
    const { path } = this.#opened
    this.#run('BEGIN IMMEDIATE')
    try {
      const { id, before } = this.#take(given, now)
      if (given.replace) this.#run('CREATE TEMP TABLE IF NOT EXISTS touched (id INTEGER PRIMARY KEY)')
      if (given.replace) this.#run('DELETE FROM temp.touched')
      const merger = guard(path, () => new Merger(this.#db, id, now, given.replace ? 'temp.touched' : undefined))
      for await (const member of members)
        guard(path, () => {
          merger.add(member)
        })
      if (given.replace) this.#run('DELETE FROM member WHERE list = ? AND id NOT IN (SELECT id FROM temp.touched)', id)
      this.#run('UPDATE list SET source_sha256 = ? WHERE id = ?', await given.sha256(), id)
      this.#run('COMMIT')
      return merger.result(before)
    } catch (error) {
      // SQLite has rolled back by itself where the disk was full.
      if (this.#db.isTransaction) this.#run('ROLLBACK')
      throw explain(error, path)
    }
  }

  /** Makes the list, or brings the one that is there to its next revision. */
  #take({ name, columns, mapping, source, replace }: ListImport, now: number): { id: number; before: number } {
    const known = this.find(name)
    const all = known && !replace ? [...new Set([...known.columns, ...columns])] : columns
    // A role that the new file has no column for stays with the old column.
    const roles = known && !replace ? { ...known.mapping, ...mapping } : mapping
    const values = [JSON.stringify(all), JSON.stringify(roles), now, source] as const
    if (!known) {
      this.#run(
        `INSERT INTO list (columns, mapping, updated_at, source, name, created_at, source_sha256, revision) VALUES (?, ?, ?, ?, ?, ?, '', 1)`,
        ...values,
        name,
        now,
      )
      return { id: this.get(name).id, before: 0 }
    }
    this.#run(
      'UPDATE list SET columns = ?, mapping = ?, updated_at = ?, source = ?, revision = revision + 1, digest = NULL WHERE id = ?',
      ...values,
      known.id,
    )
    return { id: known.id, before: this.count(known) }
  }

  /**
   * The members in their order, all of one revision, whoever writes meanwhile.
   *
   * @throws SealpostError SP_FILE_CHANGED where the list is no longer at the revision of `list`
   */
  *members(list: StoredList): Generator<Member & { readonly addedAt: number }, void> {
    const { path } = this.#opened
    const rows = guard(path, () =>
      this.#db
        .prepare(
          `SELECT address, address_key, domain, columns, consent_at, consent_how, consent_source, added_at FROM member INDEXED BY member_order
           WHERE list = ? AND (SELECT revision FROM list WHERE id = ?) = ? ORDER BY id`,
        )
        .iterate(list.id, list.id, list.revision),
    )
    let any = false
    for (const row of rows) {
      any = true
      // Written by `Merger`; columns that a later import brought are empty for older members.
      const columns = JSON.parse(String(row['columns'])) as Record<string, string>
      for (const name of list.columns) columns[name] ??= ''
      yield {
        address: String(row['address']),
        addressKey: String(row['address_key']),
        domain: String(row['domain']),
        columns,
        consentAt: row['consent_at'] === null ? undefined : Number(row['consent_at']),
        consentHow: String(row['consent_how']),
        consentSource: String(row['consent_source']),
        addedAt: Number(row['added_at']),
      }
    }
    if (any || this.find(list.name)?.revision === list.revision) return
    const what = 'The stored list was changed meanwhile'
    throw new SealpostError('SP_FILE_CHANGED', { where: list.name, what, next: 'Run the same command again.' })
  }

  /**
   * SHA-256, hex, over what is sent of a list: the names of its columns, and each member's address and cells in their order.
   * Worked out once for each revision.
   */
  digest(list: StoredList): string {
    const [known] = this.#all('SELECT digest FROM list WHERE id = ? AND revision = ?', list.id, list.revision)
    if (typeof known?.['digest'] === 'string') return known['digest']
    const hash = createHash('sha256').update(`${JSON.stringify(list.columns)}\n`)
    const rows = guard(this.#opened.path, () =>
      this.#db.prepare('SELECT address, columns FROM member INDEXED BY member_order WHERE list = ? ORDER BY id').iterate(list.id),
    )
    let block = ''
    for (const row of rows) {
      // Neither holds a line break of its own: one is an address, the other JSON.
      block += `${String(row['address'])}\n${String(row['columns'])}\n`
      if (block.length < 65_536) continue
      hash.update(block)
      block = ''
    }
    const digest = hash.update(block).digest('hex')
    this.#run('UPDATE list SET digest = ? WHERE id = ? AND revision = ?', digest, list.id, list.revision)
    return digest
  }

  /** Deletes a list with its members; how many those were. */
  remove(list: StoredList): number {
    return this.#transaction(() => {
      const count = this.#run('DELETE FROM member WHERE list = ?', list.id)
      this.#run('DELETE FROM list WHERE id = ?', list.id)
      return count
    })
  }

  /** Takes an address off one list, or off all of them; the names of those that had it. */
  removeAddress(addressKey: string, list: StoredList | undefined, now: number): readonly string[] {
    return this.#transaction(() => {
      const rows = this.#all(
        'SELECT list.id, list.name FROM member JOIN list ON list.id = member.list WHERE address_key = ? ORDER BY list.name',
        addressKey,
      ).filter((row) => list === undefined || Number(row['id']) === list.id)
      for (const row of rows) {
        this.#run('DELETE FROM member WHERE list = ? AND address_key = ?', Number(row['id']), addressKey)
        this.#run('UPDATE list SET revision = revision + 1, digest = NULL, updated_at = ? WHERE id = ?', now, Number(row['id']))
      }
      return rows.map((row) => String(row['name']))
    })
  }

  /** The names of the lists that have any of these people, and the file that each was imported from last. */
  listsOf(addressKeys: readonly string[]): readonly { readonly name: string; readonly source: string }[] {
    return this.#all(
      `SELECT name, source FROM list WHERE id IN
         (SELECT list FROM member WHERE list IN (SELECT id FROM list) AND address_key IN (SELECT value FROM json_each(?))) ORDER BY name`,
      JSON.stringify(addressKeys),
    ).map((row) => ({ name: String(row['name']), source: String(row['source']) }))
  }

  /** Takes people off all lists, and their addresses out of what is kept of others. */
  erase(addressKeys: readonly string[], now: number): { readonly members: number; readonly mentions: number } {
    return this.#transaction(() => {
      this.#db.exec('PRAGMA secure_delete = ON')
      const keys = JSON.stringify(addressKeys)
      const of = 'list IN (SELECT id FROM list) AND address_key IN (SELECT value FROM json_each(?))'
      const touched = 'UPDATE list SET revision = revision + 1, digest = NULL, updated_at = ?'
      this.#run(`${touched} WHERE id IN (SELECT list FROM member WHERE ${of})`, now, keys)
      const members = this.#run(`DELETE FROM member WHERE ${of}`, keys)
      const found = new Mentions(addressKeys)
      const mentions =
        takeOutOf(this.#db, found, { table: 'member', columns: ['columns', 'consent_how', 'consent_source'] }) +
        takeOutOf(this.#db, found, { table: 'list', columns: ['columns', 'mapping', 'source'] })
      // Which lists those are is not told; one that is read meanwhile must not be taken for what it was.
      if (mentions > 0) this.#run(touched, now)
      return { members, mentions }
    })
  }

  #all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return guard(this.#opened.path, () => this.#db.prepare(sql).all(...values))
  }

  #run(sql: string, ...values: (string | number | null)[]): number {
    return guard(this.#opened.path, () => Number(this.#db.prepare(sql).run(...values).changes))
  }

  #transaction<T>(action: () => T): T {
    return changeTogether(this.#db, this.#opened.path, action)
  }
}
