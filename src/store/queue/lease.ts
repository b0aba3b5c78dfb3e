import type { Leased, QueueItem } from '../../queue/index.ts'
import { type Statements, numberOf } from './statements.ts'
import { dueNoLater, releaseDomains } from './domain.ts'

export function lease(db: Statements, ids: readonly number[], limit: number, now: number): Leased {
  const items: QueueItem[] = []
  const empty: number[] = []
  for (const id of ids) {
    if (items.length >= limit) break
    const wanted = limit - items.length
    const taken = leaseOf(db, id, wanted, now)
    for (const item of taken) items.push(item)
    // One that was let go meanwhile is not ours to lease from, and empty for who asks.
    if (taken.length < wanted || !hasDue(db, id, now)) empty.push(id)
  }
  releaseDomains(db, empty)
  return { items, empty }
}

function leaseOf(db: Statements, id: number, limit: number, now: number): QueueItem[] {
  const domain = db.get(
    'SELECT d.name, c.name AS campaign, c.created_at FROM domain d JOIN campaign c ON c.id = d.campaign WHERE d.id = ? AND d.taken = 1',
    id,
  )
  if (!domain) return []
  const rows = db.all(
    `UPDATE message SET state = 'leased', leased_from = state, due = NULL, attempts = attempts + 1,
       first_tried_at = ifnull(first_tried_at, ?1), updated_at = ?1
     WHERE id IN (SELECT id FROM message WHERE domain = ?2 AND due IS NOT NULL AND due <= ?1 ORDER BY due LIMIT ?3)
     RETURNING id, address, address_key, columns, key, attempts, first_tried_at`,
    now,
    id,
    limit,
  )
  return rows.map((row) => {
    const attempt = Number(row['attempts'])
    return {
      id: Number(row['id']),
      campaign: String(domain['campaign']),
      domainId: id,
      domain: String(domain['name']),
      address: String(row['address']),
      addressKey: String(row['address_key']),
      columns: String(row['columns']),
      // A BLOB, which node:sqlite gives as Uint8Array.
      key: row['key'] as Uint8Array,
      attempt,
      createdAt: Number(domain['created_at']),
      firstTriedAt: attempt === 1 ? undefined : numberOf(row['first_tried_at']),
    }
  })
}

function hasDue(db: Statements, id: number, now: number): boolean {
  return db.get('SELECT 1 FROM message WHERE domain = ? AND due IS NOT NULL AND due <= ? LIMIT 1', id, now) !== undefined
}

/** Where it was first leased just now, the attempt that was not made is forgotten too. */
export function release(db: Statements, ids: readonly number[], due: number): void {
  const dues = new Map<number, number>()
  for (const id of ids) {
    const row = db.get(
      `UPDATE message SET state = ifnull(leased_from, 'deferred'), leased_from = NULL, due = ?, attempts = attempts - 1,
         first_tried_at = CASE WHEN leased_from = 'waiting' THEN NULL ELSE first_tried_at END
       WHERE id = ? AND state = 'leased' RETURNING domain`,
      due,
      id,
    )
    if (row) dues.set(Number(row['domain']), due)
  }
  dueNoLater(db, dues)
}

export function recover(db: Statements): number {
  // RETURNING names each domain as often as it had messages in flight, and those were bounded.
  const rows = db.all(
    `UPDATE message SET state = 'deferred', leased_from = NULL, due = 0, reason = 'in flight when the last run ended'
     WHERE campaign IN (SELECT id FROM campaign) AND state = 'leased' RETURNING domain`,
  )
  dueNoLater(db, new Map(rows.map((row) => [Number(row['domain']), 0])))
  db.run(
    `UPDATE domain SET taken = 0, due = (SELECT min(due) FROM message WHERE domain = domain.id AND due IS NOT NULL) WHERE taken = 1`,
  )
  return rows.length
}
