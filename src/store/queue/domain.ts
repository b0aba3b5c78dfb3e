import type { Level } from '../../policy/index.ts'
import type { DueDomain } from '../../queue/index.ts'
import { type Statements, numberOf, textOf } from '../statements.ts'

/** A campaign's number; undefined where there is none of that name. */
export function campaignId(db: Statements, name: string): number | undefined {
  return numberOf(db.get('SELECT id FROM campaign WHERE name = ?', name)?.['id'])
}

/** The number of the campaign that a domain belongs to; undefined where there is no such domain. */
export function campaignOf(db: Statements, domain: number): number | undefined {
  return numberOf(db.get('SELECT campaign FROM domain WHERE id = ?', domain)?.['campaign'])
}

export function takeDomains(db: Statements, campaign: string, now: number, limit: number): DueDomain[] {
  const id = campaignId(db, campaign)
  if (id === undefined) return []
  const rows = db.all(
    'SELECT id, name, level FROM domain WHERE campaign = ? AND taken = 0 AND due IS NOT NULL AND due <= ? ORDER BY due LIMIT ? + 0',
    id,
    now,
    limit,
  )
  for (const row of rows) db.run('UPDATE domain SET taken = 1 WHERE id = ?', Number(row['id']))
  // A level is written by releaseTo alone.
  return rows.map((row) => ({
    id: Number(row['id']),
    campaign,
    domain: String(row['name']),
    level: textOf(row['level']) as Level | undefined,
  }))
}

/** Lets domains go; when they are due is read from their messages, as it was not kept while they were taken. */
export function releaseDomains(db: Statements, ids: readonly number[], notBefore = 0): void {
  for (const id of ids) {
    db.run(
      `UPDATE domain SET taken = 0, due = max(?, (SELECT min(due) FROM delivery WHERE domain = ? AND due IS NOT NULL))
       WHERE id = ? AND taken = 1`,
      notBefore,
      id,
      id,
    )
  }
}

/** Makes domains due no later than their messages that came due just now; taken ones are looked at when they are let go. */
export function dueNoLater(db: Statements, dues: ReadonlyMap<number, number>): void {
  for (const [id, due] of dues) db.run('UPDATE domain SET due = min(ifnull(due, ?), ?) WHERE id = ? AND taken = 0', due, due, id)
}

export function nextDue(db: Statements, campaign: string): number | undefined {
  const id = campaignId(db, campaign)
  if (id === undefined) return undefined
  return numberOf(db.get('SELECT min(due) AS due FROM domain WHERE campaign = ? AND taken = 0 AND due IS NOT NULL', id)?.['due'])
}

/** Of a domain that is not taken: due though nothing in it is, or earlier than that, or not at all though something is. */
export const wrongDue = `(SELECT (domain.due IS NULL) <> (min(e.due) IS NULL) OR domain.due < min(e.due)
  FROM delivery e WHERE e.domain = domain.id AND e.due IS NOT NULL)`
