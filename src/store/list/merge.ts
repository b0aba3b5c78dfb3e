import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Member } from '../../list/index.ts'
import type { Merge } from './stored.ts'

/** What of a member an import may change. */
interface Kept {
  readonly id: number
  readonly address: string
  readonly columns: string
  readonly consentAt: number | null
  readonly consentHow: string
  readonly consentSource: string
}

/**
 * Merges members into a stored list, one by one: what the new file says counts, and what it does not say (a column that it
 * lacks, an empty consent) stays as it was. Nobody's consent is lost because a later export left it out.
 */
export class Merger {
  readonly #list: number
  readonly #now: number
  readonly #insert: StatementSync
  readonly #find: StatementSync
  readonly #update: StatementSync
  readonly #touch: StatementSync | undefined
  readonly #counts = { added: 0, changed: 0, unchanged: 0 }

  /** @param touched a temporary table for the ids that were seen, where those that were not will go */
  constructor(database: DatabaseSync, list: number, now: number, touched: string | undefined) {
    this.#list = list
    this.#now = now
    this.#insert = database.prepare(
      `INSERT OR IGNORE INTO member (list, address_key, address, domain, columns, consent_at, consent_how, consent_source, added_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#find = prepareFind(database)
    this.#update = database.prepare(
      'UPDATE member SET address = ?, columns = ?, consent_at = ?, consent_how = ?, consent_source = ? WHERE id = ?',
    )
    this.#touch = touched === undefined ? undefined : database.prepare(`INSERT INTO ${touched} (id) VALUES (?)`)
  }

  add(member: Member): void {
    const { addressKey, address, domain, columns, consentAt, consentHow, consentSource } = member
    const { changes, lastInsertRowid } = this.#insert.run(
      this.#list,
      addressKey,
      address,
      domain,
      JSON.stringify(columns),
      consentAt ?? null,
      consentHow,
      consentSource,
      this.#now,
    )
    if (Number(changes) > 0) {
      this.#counts.added++
      this.#touch?.run(lastInsertRowid)
      return
    }
    const kept = readKept(this.#find.get(this.#list, addressKey))
    if (!kept) return
    this.#touch?.run(kept.id)
    const merged = overlay(kept, member)
    if (isSame(kept, merged)) {
      this.#counts.unchanged++
      return
    }
    this.#counts.changed++
    this.#update.run(merged.address, merged.columns, merged.consentAt, merged.consentHow, merged.consentSource, kept.id)
  }

  /** @param before how many members the list had */
  result(before: number): Merge {
    return { ...this.#counts, absent: before - this.#counts.changed - this.#counts.unchanged }
  }
}

/** What merging would do, without a change to the list. */
export class MergePreview {
  readonly #list: number | undefined
  readonly #find: StatementSync
  readonly #counts = { added: 0, changed: 0, unchanged: 0 }

  constructor(database: DatabaseSync, list: number | undefined) {
    this.#list = list
    this.#find = prepareFind(database)
  }

  add(member: Member): void {
    const kept = this.#list === undefined ? undefined : readKept(this.#find.get(this.#list, member.addressKey))
    if (!kept) this.#counts.added++
    else if (isSame(kept, overlay(kept, member))) this.#counts.unchanged++
    else this.#counts.changed++
  }

  result(before: number): Merge {
    return { ...this.#counts, absent: before - this.#counts.changed - this.#counts.unchanged }
  }
}

function prepareFind(database: DatabaseSync): StatementSync {
  return database.prepare(
    'SELECT id, address, columns, consent_at, consent_how, consent_source FROM member WHERE list = ? AND address_key = ?',
  )
}

function readKept(row: Record<string, unknown> | undefined): Kept | undefined {
  return (
    row && {
      id: Number(row['id']),
      address: String(row['address']),
      columns: String(row['columns']),
      consentAt: row['consent_at'] === null ? null : Number(row['consent_at']),
      consentHow: String(row['consent_how']),
      consentSource: String(row['consent_source']),
    }
  )
}

function overlay(kept: Kept, member: Member): Kept {
  const columns = JSON.stringify(member.columns)
  return {
    id: kept.id,
    address: member.address,
    // Written by `JSON.stringify` above.
    columns: columns === kept.columns ? columns : JSON.stringify({ ...(JSON.parse(kept.columns) as object), ...member.columns }),
    consentAt: member.consentAt ?? kept.consentAt,
    consentHow: member.consentHow || kept.consentHow,
    consentSource: member.consentSource || kept.consentSource,
  }
}

function isSame(a: Kept, b: Kept): boolean {
  return (
    a.columns === b.columns &&
    a.address === b.address &&
    a.consentAt === b.consentAt &&
    a.consentHow === b.consentHow &&
    a.consentSource === b.consentSource
  )
}
