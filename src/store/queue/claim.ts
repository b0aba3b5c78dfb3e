import { type Statements, numberOf } from '../statements.ts'
import { erasedPrefix } from './erase.ts'

/** A message that somebody claims something of, as the evidence needs it. */
export interface ClaimTarget {
  readonly id: number
  readonly domainId: number
  readonly campaign: string
  readonly domain: string
  readonly address: string
  readonly key: Uint8Array
  /** The leaf of its last attempt in the evidence. */
  readonly leaf: number | undefined
  /** Its own attempt is not settled yet. */
  readonly inFlight: boolean
}

/** The leaf that the evidence has of a message now. */
export interface NotedLeaf {
  readonly id: number
  readonly domainId: number
  readonly leaf: number
  /** Leaves behind it, of which the message may have one now; null: none yet. */
  readonly behind: readonly (number | null)[]
}

/** Those of the messages that are in the queue, and of somebody who was not erased: of those nothing new is kept. */
export function claimTargets(db: Statements, ids: readonly number[]): readonly ClaimTarget[] {
  return [...new Set(ids)].flatMap((id) => {
    const row = db.get(
      `SELECT m.id, m.domain, m.address, m.key, e.leaf, e.state, d.name AS domain_name, c.name AS campaign_name
       FROM message m JOIN delivery e ON e.domain = m.domain AND e.id = m.id
         JOIN domain d ON d.id = m.domain JOIN campaign c ON c.id = m.campaign
       WHERE m.id = ? AND m.address NOT LIKE '${erasedPrefix}%'`,
      id,
    )
    if (!row) return []
    return {
      id,
      domainId: Number(row['domain']),
      campaign: String(row['campaign_name']),
      domain: String(row['domain_name']),
      address: String(row['address']),
      // A BLOB, which node:sqlite gives as Uint8Array.
      key: row['key'] as Uint8Array,
      leaf: numberOf(row['leaf']),
      inFlight: row['state'] === 'leased',
    }
  })
}

/**
 * Notes leaves that are no attempts of our own: where the message still has a leaf that is behind them. What is in flight gets
 * the leaf of its own attempt; and one that was tried meanwhile keeps that, as the claim leads to what was before.
 */
export function noteLeaves(db: Statements, noted: readonly NotedLeaf[]): void {
  for (const { id, domainId, leaf, behind } of noted)
    db.run(
      `UPDATE delivery SET leaf = ? WHERE domain = ? AND id = ? AND state <> 'leased'
         AND ifnull(leaf, -1) IN (SELECT ifnull(value, -1) FROM json_each(?))`,
      leaf,
      domainId,
      id,
      JSON.stringify(behind),
    )
}
