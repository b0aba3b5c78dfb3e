import { Mentions, takeOutOf } from '../erase/index.ts'
import { rememberOrder } from './carry.ts'
import { mendTouched } from './desk.ts'
import type { Statements } from '../statements.ts'
import { Tally } from './tally.ts'

/** What was erased of messages. */
export interface ErasedMessages {
  /** Rows from which everything went that tells of a person. */
  readonly erased: number
  /** Other rows in which the address was named, and is not any more. */
  readonly mentions: number
}

/** What stands for the address of who was erased: no address can be read from it. */
export const erasedPrefix = 'erased:'

/** In place of what the server said, which may name the address. */
const reason = 'the recipient was erased'

/**
 * Takes all out of the queue that tells of these people: address, row of the list, key of the evidence, what servers said.
 * What waits is dropped. Where and how a message went stays, so that the numbers add up.
 *
 * @param order is remembered in the same transaction, so that it is done once
 * @returns undefined where a message is in flight: nothing was done then
 */
export function eraseMessages(
  db: Statements,
  order: string,
  addressKeys: readonly string[],
  now: number,
): ErasedMessages | undefined {
  const rows = findRows(db, addressKeys)
  if (rows.some(({ state }) => state === 'leased')) return undefined
  const erased = eraseRows(db, addressKeys, now)
  rememberOrder(db, order, erased.erased, now)
  return erased
}

/** The same where nothing can be in flight, whatever the rows say. */
export function eraseRows(db: Statements, addressKeys: readonly string[], now: number): ErasedMessages {
  // What is overwritten here is zeroed; `scrub` sees to what was left before.
  db.database.exec('PRAGMA secure_delete = ON')
  const tally = new Tally(db)
  const rows = findRows(db, addressKeys)
  for (const { id, domain, campaign, state } of rows) {
    const open = ['waiting', 'deferred', 'held', 'leased'].includes(state)
    if (open) tally.move(campaign, state, 'dropped')
    db.run('INSERT OR IGNORE INTO temp.touched VALUES (?)', domain)
    db.run(
      'UPDATE delivery SET state = ?, leased_from = NULL, due = NULL, leaf = NULL, reason = ? WHERE domain = ? AND id = ?',
      open ? 'dropped' : state,
      reason,
      domain,
      id,
    )
    if (open) db.run('UPDATE delivery SET updated_at = ? WHERE domain = ? AND id = ?', now, domain, id)
    db.run(
      `UPDATE message SET address = '${erasedPrefix}' || id, address_key = '${erasedPrefix}' || id, columns = '{}', key = zeroblob(32)
       WHERE id = ?`,
      id,
    )
  }
  tally.write()
  mendTouched(db)
  return { erased: rows.length, mentions: takeOutOfQueue(db, addressKeys) }
}

/** Takes people's addresses out of what is kept of others; how many rows had any. */
function takeOutOfQueue(db: Statements, addressKeys: readonly string[]): number {
  // Rows that were moved to suppression.db, and are read no more.
  db.run('DELETE FROM suppression WHERE address_key IN (SELECT value FROM json_each(?))', JSON.stringify(addressKeys))
  const mentions = new Mentions(addressKeys)
  const texts = { message: ['columns'], delivery: ['reason'], campaign: ['intake'], suppression: ['source', 'detail'] }
  return Object.entries(texts).reduce((sum, [table, columns]) => sum + takeOutOf(db.database, mentions, { table, columns }), 0)
}

function findRows(db: Statements, addressKeys: readonly string[]) {
  const rows = db.all(
    `SELECT m.id, m.campaign, e.domain, e.state FROM message m CROSS JOIN delivery e ON e.domain = m.domain AND e.id = m.id
     WHERE m.campaign IN (SELECT id FROM campaign) AND m.address_key IN (SELECT value FROM json_each(?))`,
    JSON.stringify(addressKeys),
  )
  return rows.map((row) => ({
    id: Number(row['id']),
    domain: Number(row['domain']),
    campaign: Number(row['campaign']),
    state: String(row['state']),
  }))
}
