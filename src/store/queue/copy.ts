import type { MessagePlace } from '../../queue/index.ts'
import { openFile } from '../database.ts'
import { guard } from '../failure.ts'
import { rememberCheckpoint } from './count.ts'
import { repair } from './desk.ts'
import { queueSteps } from './schema.ts'
import { Statements } from '../statements.ts'

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
  checkpoint(): { readonly size: number; readonly head: string } | undefined {
    const row = guard(this.#path, () => this.#db.get('SELECT size, head FROM evidence'))
    return row && { size: Number(row['size']), head: String(row['head']) }
  }

  rememberCheckpoint({ size, head }: { readonly size: number; readonly head: string }): void {
    guard(this.#path, () => rememberCheckpoint(this.#db, size, head))
  }

  /** Settles what was delivered after the copy was made, so that nobody gets it twice; how many messages. */
  settleDelivered(find: (message: OpenMessage) => LaterDelivery | undefined, now: number): number {
    return guard(this.#path, () => {
      const found = this.#findDelivered(find)
      const { database } = this.#db
      database.exec('BEGIN IMMEDIATE')
      for (const { id, domainId, verdict, host, tls } of found) {
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
      return found.length
    })
  }

  #findDelivered(find: (message: OpenMessage) => LaterDelivery | undefined): (LaterDelivery & MessagePlace)[] {
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
