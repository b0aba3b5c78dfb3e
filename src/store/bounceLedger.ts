import type { DatabaseSync } from 'node:sqlite'
import type { BounceLedger, BounceNote } from '../bounce/index.ts'
import { type Opened, openShared } from './database.ts'
import { Mentions, takeOutOf } from './erase/index.ts'
import { guard } from './failure.ts'
import { changeTogether } from './transaction.ts'

export const ledgerName = 'bounces.db'

/** The schema of `bounces.db`, one step a version; a step that was released is never changed. */
const steps: readonly string[] = [
  `
  CREATE TABLE seen (
    digest BLOB PRIMARY KEY,       -- SHA-256 of a message that was read
    at INTEGER NOT NULL            -- milliseconds since the epoch, as all times here
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE note (
    message INTEGER NOT NULL,      -- its number in queue.db
    weight TEXT NOT NULL CHECK (weight IN ('hard', 'soft', 'refused', 'complaint')),
    campaign TEXT NOT NULL,
    address_key TEXT NOT NULL,
    signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
    at INTEGER NOT NULL,
    status TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (message, weight)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX note_soft ON note (address_key) WHERE weight = 'soft';
  CREATE INDEX note_campaign ON note (campaign);
  `,
]

const ofThese = 'message IN (SELECT value FROM json_each(?)) OR address_key IN (SELECT value FROM json_each(?))'

/** What came back, in `bounces.db`: mailboxes are read while a campaign is sent, so it is no part of the queue's file. */
export class SqliteBounceLedger implements BounceLedger, Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL */
  static open(folder: string): SqliteBounceLedger {
    return new SqliteBounceLedger(openShared(folder, ledgerName, steps))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  async wasRead(digest: string): Promise<boolean> {
    return this.#all('SELECT 1 FROM seen WHERE digest = ?', Buffer.from(digest, 'hex')).length > 0
  }

  async softBounces(addressKey: string): Promise<readonly BounceNote[]> {
    return this.#all("SELECT * FROM note WHERE weight = 'soft' AND address_key = ? ORDER BY at", addressKey).map(readNote)
  }

  /** What came back of a campaign, for a report. */
  async notes(campaign: string): Promise<readonly BounceNote[]> {
    return this.#all('SELECT * FROM note WHERE campaign = ? ORDER BY at, message', campaign).map(readNote)
  }

  /** How many messages of each campaign bounced for good, or were complained about, since a time. */
  tally(since: number): readonly { readonly campaign: string; readonly weight: 'hard' | 'complaint'; readonly count: number }[] {
    return this.#all(
      "SELECT campaign, weight, count(*) AS count FROM note WHERE at >= ? AND weight IN ('hard', 'complaint') GROUP BY campaign, weight",
      since,
    ).map((row) => ({
      campaign: String(row['campaign']),
      weight: row['weight'] === 'hard' ? ('hard' as const) : ('complaint' as const),
      count: Number(row['count']),
    }))
  }

  async record(digest: string, at: number, note: BounceNote | undefined): Promise<void> {
    changeTogether(this.#db, this.#opened.path, () => {
      this.#db.prepare('INSERT OR IGNORE INTO seen (digest, at) VALUES (?, ?)').run(Buffer.from(digest, 'hex'), at)
      if (note)
        this.#db
          .prepare(
            'INSERT OR IGNORE INTO note (message, weight, campaign, address_key, signed, at, status, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          )
          .run(
            note.messageId,
            note.weight,
            note.campaign,
            note.addressKey,
            note.signed ? 1 : 0,
            note.at,
            note.status ?? null,
            note.detail,
          )
    })
  }

  /** How many notes there are on these messages and addresses. */
  countOf(addressKeys: readonly string[], messageIds: readonly number[]): number {
    const [row] = this.#all(
      `SELECT count(*) AS count FROM note WHERE ${ofThese}`,
      JSON.stringify(messageIds),
      JSON.stringify(addressKeys),
    )
    return Number(row?.['count'])
  }

  /** Takes out of the notes what tells of these people; that something bounced, and how, still counts. How many rows that were. */
  erase(addressKeys: readonly string[], messageIds: readonly number[]): { readonly notes: number; readonly mentions: number } {
    return changeTogether(this.#db, this.#opened.path, () => {
      this.#db.exec('PRAGMA secure_delete = ON')
      const { changes } = this.#db
        .prepare(`UPDATE note SET address_key = 'erased:' || message, detail = '' WHERE ${ofThese}`)
        .run(JSON.stringify(messageIds), JSON.stringify(addressKeys))
      const mentions = takeOutOf(this.#db, new Mentions(addressKeys), { table: 'note', columns: ['detail'] })
      return { notes: Number(changes), mentions }
    })
  }

  #all(sql: string, ...values: (string | number | Buffer)[]): Record<string, unknown>[] {
    return guard(this.#opened.path, () => this.#db.prepare(sql).all(...values))
  }
}

function readNote(row: Record<string, unknown>): BounceNote {
  return {
    messageId: Number(row['message']),
    campaign: String(row['campaign']),
    addressKey: String(row['address_key']),
    // The database checks that it is one of these.
    weight: String(row['weight']) as BounceNote['weight'],
    signed: Boolean(row['signed']),
    at: Number(row['at']),
    status: typeof row['status'] === 'string' ? row['status'] : undefined,
    detail: String(row['detail']),
  }
}
