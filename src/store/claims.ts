import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { type ClaimBox, type ClaimedEvent, type Kept, type WaitingClaim, claimProviders } from '../claim/index.ts'
import { claimSteps } from './claimSchema.ts'
import { type Opened, openShared } from './database.ts'
import { Mentions, takeOutOf } from './erase/index.ts'
import { guard } from './failure.ts'
import { changeTogether } from './transaction.ts'

/** In the data folder. Who takes claims in makes it. */
export const claimsName = 'claims.db'

/** Claims read at a time, and octets of one that are looked at. */
const most = { claims: 500, octets: 20_000 } as const

/** Milliseconds for which an event that comes again is recognised: longer than a signature is good for, or a provider tries. */
const keepMs = 7 * 86_400_000

const claimSchema = z.object({
  provider: z.enum(claimProviders),
  eventId: z.string(),
  event: z.string(),
  outcome: z.enum(['delivered', 'deferred', 'failed']),
  time: z.number(),
  message: z.number(),
  code: z.number().nullable(),
  enhanced: z.string().nullable(),
  reply: z.string().nullable(),
  tls: z.boolean().nullable(),
})

/** Claims of providers, in `claims.db`: the server writes them, the process that has the evidence in hand takes them out. */
export class SqliteClaimBox implements ClaimBox, Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
    // What was said of people is overwritten when it is taken out.
    this.#guard(() => {
      this.#db.exec('PRAGMA secure_delete = ON')
    })
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL */
  static open(folder: string): SqliteClaimBox {
    return new SqliteClaimBox(openShared(folder, claimsName, claimSteps))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  put(claims: readonly ClaimedEvent[], once: { readonly value: string; readonly use: string } | undefined, now: number): Kept {
    return changeTogether(this.#db, this.#opened.path, (): Kept => {
      this.#db.prepare('DELETE FROM once WHERE at < ?').run(now - keepMs)
      this.#db.prepare('DELETE FROM claim WHERE body IS NULL AND at < ?').run(now - keepMs)
      if (once) {
        const used = this.#db.prepare('SELECT use FROM once WHERE value = ?').get(once.value)?.['use']
        if (used !== undefined && used !== once.use) return { kind: 'replayed' }
        this.#db.prepare('INSERT OR IGNORE INTO once (value, use, at) VALUES (?, ?, ?)').run(once.value, once.use, now)
      }
      const insert = this.#db.prepare(
        'INSERT OR IGNORE INTO claim (provider, event_id, at, message, body) VALUES (?, ?, ?, ?, ?)',
      )
      let fresh = 0
      for (const claim of claims)
        fresh += Number(insert.run(claim.provider, claim.eventId, now, claim.message, JSON.stringify(claim)).changes)
      return { kind: 'kept', fresh }
    })
  }

  /** Claims that are not in the evidence yet, the oldest first, after the one with the number `after`; a part where they are many. */
  waiting(after = 0): readonly WaitingClaim[] {
    const rows = this.#guard(() =>
      this.#db
        .prepare('SELECT id, leaf, substr(body, 1, ?) AS body FROM claim WHERE body IS NOT NULL AND id > ? ORDER BY id LIMIT ?')
        .all(most.octets, after, most.claims),
    )
    return rows.map((row) => ({
      id: Number(row['id']),
      claim: parseClaim(String(row['body'])),
      leaf: row['leaf'] === null ? undefined : Number(row['leaf']),
    }))
  }

  /** Notes the leaves that claims are about to get, before they get them: after a crash they are looked for there. */
  announce(leaves: ReadonlyMap<number, number>): void {
    changeTogether(this.#db, this.#opened.path, () => {
      const update = this.#db.prepare('UPDATE claim SET leaf = ? WHERE id = ?')
      for (const [id, leaf] of leaves) update.run(leaf, id)
    })
  }

  /** Claims that need not be looked at again: what they said is forgotten here, but for which leaf is about which message. */
  finish(ids: readonly number[]): void {
    changeTogether(this.#db, this.#opened.path, () => {
      const take = this.#db.prepare(
        'INSERT OR IGNORE INTO taken (message, leaf) SELECT message, leaf FROM claim WHERE id = ? AND leaf IS NOT NULL',
      )
      const update = this.#db.prepare('UPDATE claim SET body = NULL WHERE id = ?')
      for (const id of ids) {
        take.run(id)
        update.run(id)
      }
    })
  }

  /**
   * Leaves of claims about messages, also of those that no chain of attempts leads to; with the message that each was about
   * when it came. A queue that was put back since may have given that number to another.
   */
  leavesOf(messages: readonly number[]): readonly { readonly message: number; readonly leaf: number }[] {
    const ids = JSON.stringify(messages)
    const rows = this.#guard(() =>
      this.#db
        .prepare(
          `SELECT message, leaf FROM taken WHERE message IN (SELECT value FROM json_each(?))
           UNION SELECT message, leaf FROM claim WHERE leaf IS NOT NULL AND message IN (SELECT value FROM json_each(?))`,
        )
        .all(ids, ids),
    )
    return rows.map((row) => ({ message: Number(row['message']), leaf: Number(row['leaf']) }))
  }

  /** How many claims about messages wait, or were taken into the evidence. */
  countOf(messages: readonly number[]): number {
    const row = this.#guard(() =>
      this.#db
        .prepare(
          `SELECT count(*) AS count FROM claim
           WHERE body IS NOT NULL AND leaf IS NULL AND message IN (SELECT value FROM json_each(?))`,
        )
        .get(JSON.stringify(messages)),
    )
    return Number(row?.['count']) + this.leavesOf(messages).length
  }

  /** Forgets claims about messages, and what providers say of others that names these people. The file is to be scrubbed. */
  erase(messages: readonly number[], addressKeys: readonly string[]): void {
    const ids = JSON.stringify(messages)
    changeTogether(this.#db, this.#opened.path, () => {
      for (const table of ['claim', 'taken'])
        this.#db.prepare(`DELETE FROM ${table} WHERE message IN (SELECT value FROM json_each(?))`).run(ids)
      takeOutOf(this.#db, new Mentions(addressKeys), { table: 'claim', columns: ['body'] })
    })
  }

  #guard<T>(action: () => T): T {
    return guard(this.#opened.path, action)
  }
}

function parseClaim(text: string): ClaimedEvent | undefined {
  try {
    return claimSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
