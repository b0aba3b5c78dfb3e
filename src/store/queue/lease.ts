import type { Leased, MessagePlace, QueueItem, State } from '../../queue/index.ts'
import { type Statements, numberOf } from '../statements.ts'
import { dueNoLater, releaseDomains } from './domain.ts'
import { Tally } from './tally.ts'

export function lease(db: Statements, ids: readonly number[], limit: number, now: number): Leased {
  const items: QueueItem[] = []
  const empty: number[] = []
  const tally = new Tally(db)
  for (const id of ids) {
    if (items.length >= limit) break
    const wanted = limit - items.length
    const taken = leaseOf(db, tally, { id, limit: wanted, now })
    for (const item of taken) items.push(item)
    // One that was let go meanwhile is not ours to lease from, and empty for who asks.
    if (taken.length < wanted || !hasDue(db, id, now)) empty.push(id)
  }
  releaseDomains(db, empty)
  tally.write()
  return { items, empty }
}

interface Wanted {
  readonly id: number
  readonly limit: number
  readonly now: number
}

function leaseOf(db: Statements, tally: Tally, { id, limit, now }: Wanted): QueueItem[] {
  const domain = db.get(
    `SELECT d.name, d.campaign AS number, c.name AS campaign, c.created_at FROM domain d JOIN campaign c ON c.id = d.campaign
     WHERE d.id = ? AND d.taken = 1`,
    id,
  )
  if (!domain) return []
  // SQLite would prepare anew for each value of a LIMIT that is bound alone, which takes longer than to read a few rows.
  const rows = db.all(
    `SELECT e.id, e.state, e.attempts, e.first_tried_at, e.leaf, e.begun_at, m.address, m.address_key, m.columns, m.key
     FROM delivery e CROSS JOIN message m ON m.id = e.id
     WHERE e.domain = ? AND e.due IS NOT NULL AND e.due <= ? ORDER BY e.due LIMIT ? + 0`,
    id,
    now,
    limit,
  )
  if (rows.length === 0) return []
  markLeased(db, { id, limit, now }, rows.length < limit)
  const campaign = String(domain['campaign'])
  const name = String(domain['name'])
  const createdAt = Number(domain['created_at'])
  return rows.map((row) => {
    tally.move(Number(domain['number']), String(row['state']), 'leased')
    return {
      id: Number(row['id']),
      campaign,
      domainId: id,
      domain: name,
      address: String(row['address']),
      addressKey: String(row['address_key']),
      columns: String(row['columns']),
      // A BLOB, which node:sqlite gives as Uint8Array.
      key: row['key'] as Uint8Array,
      attempt: Number(row['attempts']) + 1,
      createdAt,
      firstTriedAt: numberOf(row['first_tried_at']),
      leaf: numberOf(row['leaf']),
      begunAt: numberOf(row['begun_at']),
    }
  })
}

/** The same as were just read: the index has them in one order, by due and id. RETURNING would keep them all aside first. */
function markLeased(db: Statements, { id, limit, now }: Wanted, all: boolean): void {
  const set = `UPDATE delivery SET state = 'leased', leased_from = state, due = NULL, attempts = attempts + 1,
       first_tried_at = ifnull(first_tried_at, ?1), begun_at = ifnull(begun_at, ?1), updated_at = ?1`
  const due = 'domain = ?2 AND due IS NOT NULL AND due <= ?1'
  if (all) db.run(`${set} WHERE ${due}`, now, id)
  else
    db.run(`${set} WHERE domain = ?2 AND id IN (SELECT id FROM delivery WHERE ${due} ORDER BY due LIMIT ?3 + 0)`, now, id, limit)
}

function hasDue(db: Statements, id: number, now: number): boolean {
  return db.get('SELECT 1 FROM delivery WHERE domain = ? AND due IS NOT NULL AND due <= ? LIMIT 1', id, now) !== undefined
}

/** Where it was first leased just now, the attempt that was not made is forgotten too. */
export function release(db: Statements, messages: readonly MessagePlace[], due: number): void {
  const dues = new Map<number, number>()
  const tally = new Tally(db)
  for (const { id, domainId } of messages) {
    const row = db.get(
      `UPDATE delivery SET state = ifnull(leased_from, 'deferred'), leased_from = NULL, due = ?, attempts = attempts - 1,
         first_tried_at = CASE WHEN leased_from = 'waiting' THEN NULL ELSE first_tried_at END,
         begun_at = CASE WHEN leased_from = 'waiting' THEN NULL ELSE begun_at END
       WHERE domain = ? AND id = ? AND state = 'leased' RETURNING state, (SELECT campaign FROM domain WHERE id = delivery.domain) AS campaign`,
      due,
      domainId,
      id,
    )
    if (!row) continue
    dues.set(domainId, due)
    // States are checked by the database.
    tally.move(Number(row['campaign']), 'leased', String(row['state']) as State)
  }
  dueNoLater(db, dues)
  tally.write()
}

export function recover(db: Statements): number {
  const tally = new Tally(db)
  const domains = db.all(
    `SELECT e.domain, d.campaign, count(*) AS messages FROM delivery e JOIN domain d ON d.id = e.domain
     WHERE e.state = 'leased' GROUP BY e.domain`,
  )
  for (const row of domains) tally.move(Number(row['campaign']), 'leased', 'deferred', Number(row['messages']))
  const count = db.run(
    `UPDATE delivery SET state = 'deferred', leased_from = NULL, due = 0, reason = 'in flight when the last run ended'
     WHERE state = 'leased'`,
  )
  dueNoLater(db, new Map(domains.map((row) => [Number(row['domain']), 0])))
  db.run(
    `UPDATE domain SET taken = 0, due = (SELECT min(due) FROM delivery WHERE domain = domain.id AND due IS NOT NULL) WHERE taken = 1`,
  )
  tally.write()
  return count
}
