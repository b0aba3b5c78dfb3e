import type { MessageOrder } from '../../queue/index.ts'
import { drop, fail, hurry, releaseTo } from './desk.ts'
import { type Statements, numberOf } from '../statements.ts'

/** Milliseconds for which it is remembered that an order was carried out: longer than it may wait for that. */
const rememberMs = 7 * 86_400_000

/** Does what was ordered and remembers it in the same transaction, so that it is done once; how many messages it moved. */
export function carryOut(db: Statements, order: MessageOrder, reason: string, now: number): number {
  const before = db.get('SELECT messages FROM carried WHERE id = ?', order.id)
  if (before) return numberOf(before['messages']) ?? 0
  const count = moveMessages(db, order, reason, now)
  db.run('DELETE FROM carried WHERE at < ?', now - rememberMs)
  db.run('INSERT INTO carried (id, messages, at) VALUES (?, ?, ?)', order.id, count, now)
  return count
}

/** A campaign of which something is due before its time has begun: no message is dated in the future. */
function beginEarly(db: Statements, now: number): void {
  db.run(
    'UPDATE campaign SET created_at = ?1 WHERE created_at > ?1 AND EXISTS (SELECT 1 FROM domain d WHERE d.campaign = campaign.id AND d.due = 0)',
    now,
  )
}

function moveMessages(db: Statements, order: MessageOrder, reason: string, now: number): number {
  switch (order.kind) {
    case 'release':
      return releaseTo(db, order.filter, order.level)
    case 'retry': {
      const count = hurry(db, order.filter)
      beginEarly(db, now)
      return count
    }
    case 'fail':
      return fail(db, order.filter, reason, now)
    case 'drop':
      return drop(db, order.filter, reason, now)
  }
}
