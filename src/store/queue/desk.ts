import type { Level } from '../../policy/index.ts'
import type { QueueFilter, Withheld } from '../../queue/index.ts'
import { wrongDue } from './domain.ts'
import { type Condition, conditionOf } from './filter.ts'
import { tallied } from './schema.ts'
import type { Statements } from '../statements.ts'
import { Tally, wrongTally } from './tally.ts'

/** Domains whose messages a request moved, kept on the disk: there may be as many as messages. */
export const touchedTable = 'CREATE TEMP TABLE touched (id INTEGER PRIMARY KEY) STRICT'

export function hurry(db: Statements, which: string | QueueFilter): number {
  const { where, values } = conditionOf(typeof which === 'string' ? { campaign: which } : which)
  return change(db, { where: `${where} AND delivery.due > 0`, values }, 'due = 0', [])
}

export function fail(db: Statements, filter: QueueFilter, reason: string, now: number): number {
  return end(db, filter, 'failed', reason, now)
}

export function drop(db: Statements, filter: QueueFilter, reason: string, now: number): number {
  return end(db, filter, 'dropped', reason, now)
}

function end(db: Statements, filter: QueueFilter, state: 'failed' | 'dropped', reason: string, now: number): number {
  const condition = conditionOf(filter)
  const where = `${condition.where} AND delivery.due IS NOT NULL`
  const { values } = condition
  const tally = new Tally(db)
  const before = db.all(
    `SELECT d.campaign, delivery.state, count(*) AS messages FROM delivery JOIN domain d ON d.id = delivery.domain
     WHERE ${where} GROUP BY d.campaign, delivery.state`,
    ...values,
  )
  for (const row of before) tally.move(Number(row['campaign']), String(row['state']), state, Number(row['messages']))
  tally.write()
  return change(db, { where, values }, 'state = ?, due = NULL, reason = ?, updated_at = ?', [state, reason, now])
}

/** Ends messages that wait, each for its own reason; what is in flight is asked for before it is sent. */
export function endSuppressed(db: Statements, messages: readonly Withheld[], now: number): number {
  const tally = new Tally(db)
  let count = 0
  for (const { id, reason } of messages) {
    const row = db.get(
      `SELECT e.domain, e.state, d.campaign FROM message m CROSS JOIN delivery e ON e.domain = m.domain AND e.id = m.id
       CROSS JOIN domain d ON d.id = e.domain WHERE m.id = ? AND e.due IS NOT NULL`,
      id,
    )
    if (!row) continue
    const domain = Number(row['domain'])
    db.run('INSERT OR IGNORE INTO temp.touched VALUES (?)', domain)
    db.run(
      `UPDATE delivery SET state = 'suppressed', due = NULL, reason = ?, updated_at = ? WHERE domain = ? AND id = ?`,
      reason,
      now,
      domain,
      id,
    )
    tally.move(Number(row['campaign']), String(row['state']), 'suppressed')
    count++
  }
  tally.write()
  mendTouched(db)
  return count
}

/** Only what was never tried is moved; once something was, the campaign has begun, and nothing is. */
export function startAt(db: Statements, campaign: string, at: number): number {
  const { where, values } = conditionOf({ campaign })
  const begun = "state NOT IN ('waiting', 'dropped', 'exported', 'suppressed')"
  if (db.get(`SELECT 1 FROM delivery WHERE ${where} AND ${begun} LIMIT 1`, ...values)) return 0
  db.run('UPDATE campaign SET created_at = ? WHERE name = ?', at, campaign)
  return change(db, { where: `${where} AND delivery.state = 'waiting'`, values }, 'due = ?', [at])
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
    `UPDATE delivery SET due = 0, domain = (SELECT n.id FROM domain o JOIN domain n ON n.campaign = o.campaign AND n.name = o.name
       AND ifnull(n.level, '') = ? WHERE o.id = delivery.domain)
     WHERE ${where}`,
    level,
    ...values,
  )
  db.run(
    `INSERT OR IGNORE INTO temp.touched SELECT n.id FROM temp.touched t JOIN domain o ON o.id = t.id
       JOIN domain n ON n.campaign = o.campaign AND n.name = o.name AND ifnull(n.level, '') = ?`,
    level,
  )
  db.run(
    `UPDATE message SET domain = e.domain FROM delivery e
     WHERE e.domain IN (SELECT id FROM temp.touched) AND e.due = 0 AND message.id = e.id AND message.domain <> e.domain`,
  )
  mendTouched(db)
  return count
}

function change(db: Statements, { where, values }: Condition, set: string, given: readonly (string | number)[]): number {
  touch(db, { where, values })
  const count = db.run(`UPDATE delivery SET ${set} WHERE ${where}`, ...given, ...values)
  mendTouched(db)
  return count
}

function touch(db: Statements, { where, values }: Condition): void {
  db.run(`INSERT OR IGNORE INTO temp.touched SELECT delivery.domain FROM delivery WHERE ${where}`, ...values)
}

function mendTouched(db: Statements): void {
  db.run(
    `UPDATE domain SET due = (SELECT min(e.due) FROM delivery e WHERE e.domain = domain.id AND e.due IS NOT NULL)
     WHERE taken = 0 AND id IN (SELECT id FROM temp.touched)`,
  )
  db.run('DELETE FROM temp.touched')
}

/** What can be worked out anew: when domains are due, and the tally. How many domains and counts were wrong. */
export function repair(db: Statements): number {
  const counts = db.get(`SELECT count(*) AS wrong FROM ${wrongTally}`)
  db.run('DELETE FROM tally')
  db.run(`INSERT INTO tally (campaign, state, messages) ${tallied}`)
  const domains = db.run(
    `UPDATE domain SET due = (SELECT min(e.due) FROM delivery e WHERE e.domain = domain.id AND e.due IS NOT NULL)
     WHERE taken = 0 AND ${wrongDue}`,
  )
  return domains + Number(counts?.['wrong'])
}
