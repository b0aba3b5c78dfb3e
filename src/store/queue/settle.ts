import type { DomainSettlement, Expiry, Settlement } from '../../queue/index.ts'
import type { Statements } from './statements.ts'
import { campaignId, dueNoLater, releaseDomains } from './domain.ts'

const waits: ReadonlySet<string> = new Set(['waiting', 'deferred', 'held'])

export function settle(db: Statements, settlements: readonly Settlement[], now: number): void {
  const dues = new Map<number, number>()
  for (const one of settlements) {
    const due = one.nextAt === 0 ? null : one.nextAt
    const row = db.get(
      `UPDATE message SET state = ?, leased_from = NULL, due = ?, reason = ?, class = ?, code = ?, enhanced = ?, verdict = ?,
         host = ?, tls = ?, updated_at = ?
       WHERE id = ? AND state = 'leased' RETURNING domain`,
      one.state,
      due,
      one.reason,
      one.class ?? null,
      one.code ?? null,
      one.enhanced ?? null,
      one.verdict,
      one.host ?? null,
      one.tls ?? null,
      now,
      one.id,
    )
    if (!row || due === null) continue
    const domain = Number(row['domain'])
    dues.set(domain, Math.min(due, dues.get(domain) ?? due))
  }
  dueNoLater(db, dues)
}

export function settleDomains(db: Statements, ids: readonly number[], now: number, one: DomainSettlement): number {
  const due = waits.has(one.state) ? JSON.stringify(one.nextAt) : null
  let count = 0
  for (const id of ids) {
    count += db.run(
      `UPDATE message SET state = ?, due = json_extract(?, '$[' || min(attempts, ?) || ']'), attempts = attempts + 1,
         reason = ?, class = ?, code = NULL, enhanced = NULL, verdict = ?, host = ?, tls = ?, updated_at = ?
       WHERE domain = ? AND due IS NOT NULL AND due <= ? AND EXISTS (SELECT 1 FROM domain d WHERE d.id = ? AND d.taken = 1)`,
      one.state,
      due,
      BigInt(one.nextAt.length - 1),
      one.reason,
      one.class ?? null,
      one.verdict,
      one.host ?? null,
      one.tls ?? null,
      now,
      id,
      now,
      id,
    )
  }
  releaseDomains(db, ids)
  return count
}

export function expire(db: Statements, campaign: string, rule: Expiry, now: number): number {
  const id = campaignId(db, campaign)
  if (id === undefined) return 0
  const end = (state: string, then: string, before: number): number =>
    db.run(
      `UPDATE message SET state = ?, due = NULL, reason = 'given up: ' || reason, updated_at = ?
       WHERE campaign = ? AND state = ? AND (SELECT created_at FROM campaign WHERE id = ?) < ?`,
      then,
      now,
      id,
      state,
      id,
      before,
    )
  const count = end('held', rule.then, rule.heldBefore) + end('deferred', 'failed', rule.deferredBefore)
  if (count > 0) {
    // No message came due by this: a domain that was put off further than its messages stays so.
    db.run(
      `UPDATE domain SET due = max(due, (SELECT min(m.due) FROM message m WHERE m.domain = domain.id AND m.due IS NOT NULL))
       WHERE campaign = ? AND taken = 0 AND due IS NOT NULL`,
      id,
    )
  }
  return count
}
