import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { guard } from '../failure.ts'
import { addRows } from './rows.ts'
import type { Statements } from '../statements.ts'

/**
 * Takes over the rows that `queue.db` held before the list had a file of its own, once: who was taken off the list since
 * does not come back. The table there is left as it is, and nothing reads it any more.
 */
export function moveFromQueue(db: Statements, folder: string): void {
  if (db.get('SELECT 1 FROM moved')) return
  const path = join(folder, 'queue.db')
  db.database.exec('BEGIN IMMEDIATE')
  // Asked again: another process may have done it meanwhile.
  if (!db.get('SELECT 1 FROM moved')) {
    if (existsSync(path)) for (const rows of readQueue(path)) addRows(db, rows)
    db.run('INSERT INTO moved (only) VALUES (1)')
  }
  db.database.exec('COMMIT')
}

function* readQueue(path: string): Generator<Parameters<typeof addRows>[1]> {
  using queue = guard(path, () => new DatabaseSync(path, { readOnly: true, timeout: 5_000 }))
  const there = queue.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'suppression'").get()
  if (!there) return
  for (const row of queue.prepare('SELECT * FROM suppression').iterate())
    yield [
      {
        addressKey: String(row['address_key']),
        list: undefined,
        // Version 2 of queue.db wrote these alone.
        reason: String(row['reason']) as 'manual',
        source: String(row['source']),
        at: Number(row['at']),
        campaign: typeof row['campaign'] === 'string' ? row['campaign'] : undefined,
        detail: String(row['detail']),
      },
    ]
}
