import type { Suppression, SuppressionReason } from '../../queue/index.ts'
import { type Statements, textOf } from '../statements.ts'

/** How many were new. */
export function addRows(db: Statements, rows: readonly Suppression[]): number {
  let added = 0
  for (const row of rows) {
    added += db.run(
      `INSERT INTO suppression (address_key, list, reason, source, at, campaign, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (address_key, list, reason) DO NOTHING`,
      row.addressKey,
      row.list ?? '',
      row.reason,
      row.source,
      row.at,
      row.campaign ?? null,
      row.detail,
    )
  }
  return added
}

/** A page of the list, after a row of it. */
export function pageAfter(db: Statements, last: Pick<Suppression, 'addressKey' | 'list'> & { reason: string }, limit: number) {
  return db
    .all(
      `SELECT * FROM suppression WHERE (address_key, list, reason) > (?, ?, ?) ORDER BY address_key, list, reason LIMIT ?`,
      last.addressKey,
      last.list ?? '',
      last.reason,
      limit,
    )
    .map(readRow)
}

function readRow(row: Record<string, unknown>): Suppression {
  const list = String(row['list'])
  return {
    addressKey: String(row['address_key']),
    list: list === '' ? undefined : list,
    // The database checks that it is one of these.
    reason: String(row['reason']) as SuppressionReason,
    source: String(row['source']),
    at: Number(row['at']),
    campaign: typeof row['campaign'] === 'string' ? row['campaign'] : undefined,
    detail: String(row['detail']),
  }
}

/** Why these get no mail of a list, by their keys. Those that may get it are not in it. */
export function lookUp(db: Statements, addressKeys: readonly string[], list: string): Map<string, SuppressionReason> {
  const rows = db.all(
    `SELECT address_key, reason FROM suppression
     WHERE address_key IN (SELECT value FROM json_each(?)) AND list IN ('', ?)`,
    JSON.stringify(addressKeys),
    list,
  )
  return new Map(rows.map((row) => [String(row['address_key']), textOf(row['reason']) as SuppressionReason]))
}

/** Whether any address is known by its hash alone; these stand together in the order of the keys. */
export function hasHashes(db: Statements): boolean {
  return db.get("SELECT 1 FROM suppression WHERE address_key >= 'sha256:' AND address_key < 'sha256;' LIMIT 1") !== undefined
}
