import type { Level } from '../../policy/index.ts'
import type { QueueFilter } from '../../queue/index.ts'
import { wrongDue } from './domain.ts'
import { type Condition, conditionOf } from './filter.ts'
import type { Statements } from './statements.ts'

/** Domains whose messages a request moved, kept on the disk: there may be as many as messages. */
export const touchedTable = 'CREATE TEMP TABLE touched (id INTEGER PRIMARY KEY) STRICT'

export function hurry(db: Statements, which: string | QueueFilter): number {
  const { where, values } = conditionOf(typeof which === 'string' ? { campaign: which } : which)
  return change(db, { where: `${where} AND due > 0`, values }, 'due = 0', [])
}

export function fail(db: Statements, filter: QueueFilter, reason: string, now: number): number {
  return end(db, filter, 'failed', reason, now)
}

export function drop(db: Statements, filter: QueueFilter, reason: string, now: number): number {
  return end(db, filter, 'dropped', reason, now)
}

function end(db: Statements, filter: QueueFilter, state: 'failed' | 'dropped', reason: string, now: number): number {
  const { where, values } = conditionOf(filter)
  return change(db, { where: `${where} AND due IS NOT NULL`, values }, 'state = ?, due = NULL, reason = ?, updated_at = ?', [
    state,
    reason,
    now,
  ])
}

/** Only what was never tried is moved; once something was, the campaign has begun, and nothing is. */
export function startAt(db: Statements, campaign: string, at: number): number {
  const { where, values } = conditionOf({ campaign })
  if (db.get(`SELECT 1 FROM message WHERE ${where} AND state NOT IN ('waiting', 'dropped', 'exported') LIMIT 1`, ...values))
    return 0
  db.run('UPDATE campaign SET created_at = ? WHERE name = ?', at, campaign)
  return change(db, { where: `${where} AND state = 'waiting'`, values }, 'due = ?', [at])
}

export function releaseTo(db: Statements, filter: QueueFilter, level: Level): number {
  const { where, values } = conditionOf({ ...filter, state: 'held' })
  if (filter.state !== undefined && filter.state !== 'held') return 0
  touch(db, { where, values })
  db.run(
    `INSERT INTO domain (campaign, name, level) SELECT campaign, name, ? FROM domain WHERE id IN (SELECT id FROM temp.touched)
     ON CONFLICT DO NOTHING`,
    level,
  )
  const count = db.run(
    `UPDATE message SET due = 0, domain = (SELECT n.id FROM domain o JOIN domain n ON n.campaign = o.campaign AND n.name = o.name
       AND ifnull(n.level, '') = ? WHERE o.id = message.domain)
     WHERE ${where}`,
    level,
    ...values,
  )
  db.run(
    `INSERT OR IGNORE INTO temp.touched SELECT n.id FROM temp.touched t JOIN domain o ON o.id = t.id
       JOIN domain n ON n.campaign = o.campaign AND n.name = o.name AND ifnull(n.level, '') = ?`,
    level,
  )
  mendTouched(db)
  return count
}

function change(db: Statements, { where, values }: Condition, set: string, given: readonly (string | number)[]): number {
  touch(db, { where, values })
  const count = db.run(`UPDATE message SET ${set} WHERE ${where}`, ...given, ...values)
  mendTouched(db)
  return count
}

function touch(db: Statements, { where, values }: Condition): void {
  db.run(`INSERT OR IGNORE INTO temp.touched SELECT domain FROM message WHERE ${where}`, ...values)
}

function mendTouched(db: Statements): void {
  db.run(
    `UPDATE domain SET due = (SELECT min(m.due) FROM message m WHERE m.domain = domain.id AND m.due IS NOT NULL)
     WHERE taken = 0 AND id IN (SELECT id FROM temp.touched)`,
  )
  db.run('DELETE FROM temp.touched')
}

/** What can be worked out anew: when a domain is due. How many domains were wrong. */
export function repair(db: Statements): number {
  return db.run(
    `UPDATE domain SET due = (SELECT min(m.due) FROM message m WHERE m.domain = domain.id AND m.due IS NOT NULL)
     WHERE taken = 0 AND ${wrongDue}`,
  )
}
