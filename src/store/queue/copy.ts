import type { MessagePlace } from '../../queue/index.ts'
import { openFile } from '../database.ts'
import { scrub } from '../erase/index.ts'
import { guard } from '../failure.ts'
import { changeTogether } from '../transaction.ts'
import { rememberCheckpoint } from './count.ts'
import { repair, touchedTable } from './desk.ts'
import { eraseRows } from './erase.ts'
import { queueSteps } from './schema.ts'
import { Statements } from '../statements.ts'

/** Addresses that are looked up at a time. */
const page = 10_000

/** A message that a copy of the queue takes for not settled. */
export interface OpenMessage {
  readonly campaign: string
  readonly domain: string
  readonly address: string
  /** The recipient's own key for the evidence, 32 octets. */
  readonly key: Uint8Array
  readonly attempts: number
}

/** How a message was delivered after the copy was made. */
export interface LaterDelivery {
  readonly verdict: string
  readonly host: string | undefined
  readonly tls: string | undefined
}

/** The last attempt at a message, or the one by which it was delivered, after the copy was made. */
export interface LaterAttempt {
  readonly number: number
  /** Where it stands in the evidence. */
  readonly leaf: number
  /** Undefined where it was not. */
  readonly delivered: LaterDelivery | undefined
}

/** A copy of a queue before it is put into its place. */
export class QueueCopy implements Disposable {
  readonly #path: string
  readonly #db: Statements

  private constructor(path: string, db: Statements) {
    this.#path = path
    this.#db = db
  }

  /**
   * Opens a copy and brings it up to date.
   *
   * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL
   */
  static open(path: string): QueueCopy {
    return new QueueCopy(path, new Statements(openFile(path, queueSteps)))
  }

  /** What its log holds is copied into it: it is put into place as one file. */
  [Symbol.dispose](): void {
    const { database } = this.#db
    if (!database.isOpen) return
    guard(this.#path, () => {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    })
    database.close()
  }

  /** The evidence log's checkpoint when the last run before the copy ended. */
  checkpoint(): { readonly size: number; readonly root: string } | undefined {
    const row = guard(this.#path, () => this.#db.get('SELECT size, root FROM evidence'))
    return row && { size: Number(row['size']), root: String(row['root']) }
  }

  rememberCheckpoint({ size, root }: { readonly size: number; readonly root: string }): void {
    guard(this.#path, () => rememberCheckpoint(this.#db, size, root))
  }

  /**
   * Settles what was delivered after the copy was made, so that nobody gets it twice; how many messages. Of others that were
   * tried it takes over how often, so that no attempt has the number, and with it the key, of another.
   */
  takeOver(find: (message: OpenMessage) => LaterAttempt | undefined, now: number): number {
    return guard(this.#path, () => {
      const found = this.#findTried(find)
      const { database } = this.#db
      let settled = 0
      database.exec('BEGIN IMMEDIATE')
      for (const { id, domainId, number, leaf, delivered } of found) {
        this.#db.run(
          'UPDATE delivery SET attempts = max(attempts, ?), leaf = ? WHERE domain = ? AND id = ?',
          number,
          leaf,
          domainId,
          id,
        )
        if (!delivered) continue
        settled += 1
        const { verdict, host, tls } = delivered
        this.#db.run(
          `UPDATE delivery SET state = 'sent', leased_from = NULL, due = NULL, class = NULL, code = NULL, enhanced = NULL,
             reason = 'delivered after the copy of the queue was made, as the evidence says', verdict = ?, host = ?, tls = ?,
             updated_at = ?
           WHERE domain = ? AND id = ?`,
          verdict,
          host ?? null,
          tls ?? null,
          now,
          domainId,
          id,
        )
      }
      repair(this.#db)
      database.exec('COMMIT')
      return settled
    })
  }

  /** Erases those whom a copy still has and who were erased since, as `findErased` tells of their addresses; how many messages. */
  eraseAgain(findErased: (addressKeys: readonly string[]) => ReadonlySet<string>, now: number): number {
    const keys = guard(this.#path, () => [...new Set(this.#findErased(findErased))])
    if (keys.length === 0) return 0
    const { database } = this.#db
    const { erased } = guard(this.#path, () => {
      database.exec(touchedTable)
      return changeTogether(database, this.#path, () => eraseRows(this.#db, keys, now))
    })
    scrub(database, this.#path)
    return erased
  }

  *#findErased(findErased: (addressKeys: readonly string[]) => ReadonlySet<string>): Generator<string> {
    let after = 0
    for (;;) {
      const rows = this.#db.all('SELECT id, address_key FROM message WHERE id > ? ORDER BY id LIMIT ? + 0', after, page)
      yield* findErased(rows.map((row) => String(row['address_key'])))
      if (rows.length < page) return
      after = Number(rows.at(-1)?.['id'])
    }
  }

  #findTried(find: (message: OpenMessage) => LaterAttempt | undefined): (LaterAttempt & MessagePlace)[] {
    const rows = this.#db.database
      .prepare(
        `SELECT e.id, e.domain AS domainId, m.address, m.key, e.attempts, c.name AS campaign, d.name AS domain
         FROM delivery e JOIN message m ON m.id = e.id JOIN campaign c ON c.id = m.campaign JOIN domain d ON d.id = e.domain
         WHERE e.state IN ('waiting', 'deferred', 'held', 'leased')`,
      )
      .iterate()
    const found = []
    for (const row of rows) {
      const later = find({
        campaign: String(row['campaign']),
        domain: String(row['domain']),
        address: String(row['address']),
        // A BLOB, which node:sqlite gives as Uint8Array.
        key: row['key'] as Uint8Array,
        attempts: Number(row['attempts']),
      })
      if (later) found.push({ ...later, id: Number(row['id']), domainId: Number(row['domainId']) })
    }
    return found
  }
}
