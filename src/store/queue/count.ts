import type { Counts, Usage } from '../../queue/index.ts'
import { type Statements, numberOf } from '../statements.ts'
import { campaignId, nextDue } from './domain.ts'

export function counts(db: Statements, campaign: string): Counts {
  const id = campaignId(db, campaign) ?? null
  const rows = db.all('SELECT state, messages FROM tally WHERE campaign = ?', id)
  const by = new Map(rows.map((row) => [String(row['state']), Number(row['messages'])]))
  const count = (state: string): number => by.get(state) ?? 0
  return {
    total: [...by.values()].reduce((sum, one) => sum + one, 0),
    sent: count('sent'),
    held: count('held'),
    deferred: count('deferred'),
    failed: count('failed'),
    dropped: count('dropped'),
    exported: count('exported'),
    suppressed: count('suppressed'),
    waiting: count('waiting') + count('leased'),
    nextAt: nextDue(db, campaign),
  }
}

export function addUsage(db: Statements, scope: string, hour: number, messages: number): void {
  db.run(
    `INSERT INTO usage (scope, hour, messages) VALUES (?, ?, ?)
     ON CONFLICT (scope, hour) DO UPDATE SET messages = messages + excluded.messages`,
    scope,
    hour,
    messages,
  )
}

export function usage(db: Statements, scope: string, sinceHour: number): Usage {
  const first = db.get('SELECT min(hour) AS hour FROM usage WHERE scope = ?', scope)
  const rows = db.all('SELECT hour, messages FROM usage WHERE scope = ? AND hour >= ? ORDER BY hour', scope, sinceHour)
  return {
    firstHour: numberOf(first?.['hour']),
    hours: rows.map((row) => ({ hour: Number(row['hour']), messages: Number(row['messages']) })),
  }
}

export function rememberCheckpoint(db: Statements, size: number, head: string): void {
  db.run('INSERT OR REPLACE INTO evidence (only, size, head) VALUES (1, ?, ?)', size, head)
}
