import type { DomainSettlement, Expiry, Settlement, State } from '../../queue/index.ts'
import { type Statements, numberOf } from '../statements.ts'
import { campaignId, campaignOf, dueNoLater, releaseDomains } from './domain.ts'
import { Tally } from './tally.ts'

const waits: ReadonlySet<State> = new Set(['waiting', 'deferred', 'held'])

export function settle(db: Statements, settlements: readonly Settlement[], now: number): void {
  const dues = new Map<number, number>()
  const tally = new Tally(db)
  const campaigns = new Map<number, number | undefined>()
  let last = -1
  for (const one of settlements) {
    const { domainId } = one
    const due = one.nextAt === 0 ? null : one.nextAt
    const changed = db.run(
      `UPDATE delivery SET state = ?, leased_from = NULL, due = ?, reason = ?, class = ?, code = ?, enhanced = ?, verdict = ?,
         host = ?, tls = ?, updated_at = ?, leaf = ifnull(?, leaf)
       WHERE domain = ? AND id = ? AND state = 'leased'`,
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
      one.leaf ?? null,
      domainId,
      one.id,
    )
    if (one.leaf !== undefined) last = Math.max(last, one.leaf)
    if (changed === 0) continue
    if (!campaigns.has(domainId)) campaigns.set(domainId, campaignOf(db, domainId))
    tally.move(campaigns.get(domainId) ?? 0, 'leased', one.state)
    if (due !== null) dues.set(domainId, Math.min(due, dues.get(domainId) ?? due))
  }
  // Outcomes are settled in the order in which they were recorded: nothing before the last of these leaves is open.
  if (last >= 0) db.run('INSERT OR REPLACE INTO settled (only, leaf) VALUES (1, ?)', last)
  dueNoLater(db, dues)
  tally.write()
}

export function settleDomains(db: Statements, ids: readonly number[], now: number, one: DomainSettlement): number {
  const due = waits.has(one.state) ? JSON.stringify(one.nextAt) : null
  const tally = new Tally(db)
  let count = 0
  for (const id of ids) {
    const before = countDue(db, id, now)
    if (!before) continue
    for (const [state, messages] of before.states) tally.move(before.campaign, state, one.state, messages)
    count += db.run(
      `UPDATE delivery SET state = ?, due = json_extract(?, '$[' || min(attempts, ?) || ']'), attempts = attempts + 1,
         begun_at = ifnull(begun_at, ?), reason = ?, class = ?, code = NULL, enhanced = NULL, verdict = ?, host = ?, tls = ?,
         updated_at = ?
       WHERE domain = ? AND due IS NOT NULL AND due <= ?`,
      one.state,
      due,
      BigInt(one.nextAt.length - 1),
      now,
      one.reason,
      one.class ?? null,
      one.verdict,
      one.host ?? null,
      one.tls ?? null,
      now,
      id,
      now,
    )
  }
  releaseDomains(db, ids)
  tally.write()
  return count
}

interface DueCount {
  readonly campaign: number
  readonly states: readonly (readonly [string, number])[]
}

/** How many messages of a domain are due, by state; undefined where the domain is not taken. */
function countDue(db: Statements, domain: number, now: number): DueCount | undefined {
  const row = db.get(
    `SELECT d.campaign, sum(e.state = 'waiting') AS waiting, sum(e.state = 'deferred') AS deferred, sum(e.state = 'held') AS held
     FROM domain d CROSS JOIN delivery e ON e.domain = d.id
     WHERE d.id = ? AND d.taken = 1 AND e.due IS NOT NULL AND e.due <= ?`,
    domain,
    now,
  )
  const campaign = numberOf(row?.['campaign'])
  if (campaign === undefined) return undefined
  return { campaign, states: [...waits].map((state) => [state, Number(row?.[state])] as const) }
}

export function expire(db: Statements, campaign: string, rule: Expiry, now: number): number {
  const id = campaignId(db, campaign)
  if (id === undefined) return 0
  const tally = new Tally(db)
  const end = (state: State, then: State, before: number): number => {
    // A campaign of which nothing is put off has nothing to look through, whatever else of it still waits.
    if (!db.get('SELECT 1 FROM tally WHERE campaign = ? AND state = ? AND messages > 0', id, state)) return 0
    const changed = db.run(
      `UPDATE delivery SET state = ?, due = NULL, reason = 'given up: ' || reason, updated_at = ?
       WHERE domain IN (SELECT id FROM domain WHERE campaign = ?) AND due IS NOT NULL AND state = ?
         AND begun_at < ?`,
      then,
      now,
      id,
      state,
      before,
    )
    tally.move(id, state, then, changed)
    return changed
  }
  const count = end('held', rule.then, rule.heldBefore) + end('deferred', 'failed', rule.deferredBefore)
  if (count > 0) {
    // No message came due by this: a domain that was put off further than its messages stays so.
    db.run(
      `UPDATE domain SET due = max(due, (SELECT min(e.due) FROM delivery e WHERE e.domain = domain.id AND e.due IS NOT NULL))
       WHERE campaign = ? AND taken = 0 AND due IS NOT NULL`,
      id,
    )
  }
  tally.write()
  return count
}
