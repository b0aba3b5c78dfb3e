import type { Suppression } from '../../queue/index.ts'
import type { Statements } from './statements.ts'

export function suppress(db: Statements, rows: readonly Suppression[]): number {
  let added = 0
  for (const row of rows) {
    added += db.run(
      `INSERT INTO suppression (address_key, reason, source, at, campaign, detail) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (address_key, reason) DO NOTHING`,
      row.addressKey,
      row.reason,
      row.source,
      row.at,
      row.campaign ?? null,
      row.detail,
    )
  }
  return added
}

export function unsuppress(db: Statements, addressKeys: readonly string[]): number {
  return db.run('DELETE FROM suppression WHERE address_key IN (SELECT value FROM json_each(?))', JSON.stringify(addressKeys))
}
