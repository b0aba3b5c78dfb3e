import { lstatSync, readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { systemError } from '../../errors.ts'
import { guard } from '../failure.ts'
import { changeTogether } from '../transaction.ts'
import { Mentions, takeOutOf } from './mention.ts'
import { scrub } from './scrub.ts'

/** What upgrades, and copies of a queue that were put back, leave in a data folder. */
const copy = /^[a-z]+\.db\.(?:version\d+|replaced|part)$/

/** Columns of text in which somebody may be named, of any version. */
const texts = ['columns', 'consent_how', 'consent_source', 'source', 'reason', 'detail', 'intake', 'mapping', 'body', 'result']

/**
 * Copies of databases in a data folder, by name. A symbolic link is none: what it leads to is not this folder's to change.
 *
 * @throws SealpostError SP_FILE_UNREADABLE
 */
export function listCopies(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => copy.test(name) && lstatSync(join(folder, name)).isFile())
  } catch (error) {
    throw systemError(error, folder, 'SP_FILE_UNREADABLE')
  }
}

/** What was erased of a copy. */
export interface ErasedCopy {
  readonly rows: number
  /** Of the messages' last attempts in the evidence: a queue that was replaced may be the only one that knows them. */
  readonly leaves: readonly number[]
}

/**
 * Erases people in a copy, of whatever version it is. A message stays as a row that names nobody
 * and is not sent, so that a queue that is put back adds up.
 *
 * @param messages to them, in the queue: claims name these alone
 * @throws SealpostError SP_STORE_DAMAGED where it is no database, SP_STORE_IN_USE, SP_DISK_FULL
 */
export function eraseInCopy(path: string, addressKeys: readonly string[], messages: readonly number[]): ErasedCopy {
  using database = guard(path, () => new DatabaseSync(path, { timeout: 5_000 }))
  const erased = changeTogether(database, path, () => {
    database.exec('PRAGMA secure_delete = ON')
    const leaves = findLeaves(database, addressKeys)
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    const rows = tables.reduce((sum, { name }) => sum + eraseInTable(database, String(name), addressKeys), 0)
    return { rows: rows + eraseClaims(database, messages), leaves }
  })
  scrub(database, path)
  return erased
}

function findLeaves(database: DatabaseSync, addressKeys: readonly string[]): readonly number[] {
  if (!columnsOf(database, 'delivery').has('leaf')) return []
  const rows = database
    .prepare(
      `SELECT e.leaf FROM message m JOIN delivery e ON e.id = m.id
       WHERE e.leaf IS NOT NULL AND m.address_key IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(addressKeys))
  return rows.map((row) => Number(row['leaf']))
}

function columnsOf(database: DatabaseSync, table: string): ReadonlySet<string> {
  const rows = database.prepare('SELECT name FROM pragma_table_info(?)').all(table)
  return new Set(rows.map(({ name }) => String(name)))
}

function eraseInTable(database: DatabaseSync, table: string, addressKeys: readonly string[]): number {
  const columns = columnsOf(database, table)
  const keys = JSON.stringify(addressKeys)
  let count = 0
  if (columns.has('address_key')) {
    const theirs = 'address_key IN (SELECT value FROM json_each(?))'
    if (table === 'message' || table === 'note') count += blankRows(database, table, columns, keys)
    else count += Number(database.prepare(`DELETE FROM ${quote(table)} WHERE ${theirs}`).run(keys).changes)
  }
  const named = texts.filter((column) => columns.has(column))
  if (named.length > 0) count += takeOutOf(database, new Mentions(addressKeys), { table: quote(table), columns: named })
  return count
}

function eraseClaims(database: DatabaseSync, messages: readonly number[]): number {
  if (!columnsOf(database, 'claim').has('message')) return 0
  const theirs = 'message IN (SELECT value FROM json_each(?))'
  return Number(database.prepare(`DELETE FROM claim WHERE ${theirs}`).run(JSON.stringify(messages)).changes)
}

function blankRows(database: DatabaseSync, table: string, columns: ReadonlySet<string>, keys: string): number {
  const id = table === 'note' ? 'message' : 'id'
  const blank: Readonly<Record<string, string>> = {
    address: `'erased:' || ${id}`,
    address_key: `'erased:' || ${id}`,
    columns: "'{}'",
    key: 'zeroblob(32)',
    reason: "'the recipient was erased'",
    detail: "''",
    state: "CASE WHEN state IN ('waiting', 'deferred', 'held', 'leased') THEN 'dropped' ELSE state END",
    due: 'NULL',
  }
  const theirs = `SELECT ${id} FROM ${table} WHERE address_key IN (SELECT value FROM json_each(?))`
  if (table === 'message' && columnsOf(database, 'delivery').size > 0) {
    const { state, due, reason } = blank
    database.prepare(`UPDATE delivery SET state = ${state}, due = ${due}, reason = ${reason} WHERE id IN (${theirs})`).run(keys)
  }
  const set = Object.entries(blank).flatMap(([column, value]) => (columns.has(column) ? [`${column} = ${value}`] : []))
  const update = `UPDATE ${table} SET ${set.join(', ')} WHERE address_key IN (SELECT value FROM json_each(?))`
  return Number(database.prepare(update).run(keys).changes)
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
