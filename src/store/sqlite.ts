import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type {
  OldCounts as Counts,
  OldDomainSettlement as DomainSettlement,
  OldQueueItem as QueueItem,
  OldQueueStore as QueueStore,
  OldSettlement as Settlement,
} from '../queue/index.ts'
import type { OutcomeGroup, RecipientLine } from '../report/index.ts'
import { type Opened, openForReading, openForWriting } from './database.ts'
import { explain, guard } from './failure.ts'

/** A campaign as it was frozen when it was first sent. */
export interface StoredCampaign {
  readonly name: string
  readonly digest: string
  /** JSON. */
  readonly frozen: string
  readonly createdAt: number
  readonly intake: Intake
}

/** What a list held. */
export interface Intake {
  readonly accepted: number
  readonly duplicates: number
  readonly invalid: number
  /** The first of the invalid rows. */
  readonly sample: readonly { readonly line: number; readonly why: string }[]
}

/** A row of a list, on its way into the queue. */
export type IncomingRow =
  | {
      readonly kind: 'recipient'
      readonly address: string
      readonly addressKey: string
      readonly domain: string
      readonly columns: Readonly<Record<string, string>>
    }
  | { readonly kind: 'invalid'; readonly line: number; readonly why: string }

/** The queue and the campaigns in one SQLite file. One process writes; others may read. */
export class SqliteStore implements QueueStore, Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
  }

  static open(folder: string): SqliteStore {
    return new SqliteStore(openForWriting(folder))
  }

  static openReadOnly(folder: string): SqliteStore {
    return new SqliteStore(openForReading(folder))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  campaignNames(): readonly string[] {
    return this.#all('SELECT name FROM campaign ORDER BY created_at').map((row) => String(row['name']))
  }

  campaign(name: string): StoredCampaign | undefined {
    const [row] = this.#all('SELECT * FROM campaign WHERE name = ?', name)
    if (!row) return undefined
    return {
      name,
      digest: String(row['digest']),
      frozen: String(row['frozen']),
      createdAt: Number(row['created_at']),
      // Written by `accept` below.
      intake: JSON.parse(String(row['intake'])) as Intake,
    }
  }

  /** The evidence log's checkpoint when the last run ended: a log that does not hold it was cut back or replaced. */
  checkpoint(): { readonly size: number; readonly head: string } | undefined {
    const [row] = this.#all('SELECT size, head FROM evidence')
    return row && { size: Number(row['size']), head: String(row['head']) }
  }

  rememberCheckpoint(checkpoint: { readonly size: number; readonly head: string }): void {
    this.#run('INSERT OR REPLACE INTO evidence (only, size, head) VALUES (1, ?, ?)', checkpoint.size, checkpoint.head)
  }

  /** Takes a campaign in with all its rows, or not at all. */
  async accept(campaign: Omit<StoredCampaign, 'intake'>, rows: AsyncIterable<IncomingRow>): Promise<Intake> {
    const path = this.#opened.path
    const { name, digest, frozen, createdAt } = campaign
    this.#run('BEGIN IMMEDIATE')
    try {
      this.#run(
        "INSERT INTO campaign (name, digest, frozen, intake, created_at) VALUES (?, ?, ?, '{}', ?)",
        name,
        digest,
        frozen,
        createdAt,
      )
      const insert = this.#db.prepare(
        'INSERT OR IGNORE INTO message (campaign, address, address_key, domain, columns, key, due, updated_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?)',
      )
      const intake = { accepted: 0, duplicates: 0, invalid: 0, sample: [] as { line: number; why: string }[] }
      for await (const row of rows) {
        if (row.kind === 'invalid') {
          intake.invalid += 1
          if (intake.sample.length < 20) intake.sample.push({ line: row.line, why: row.why })
          continue
        }
        const values = [
          name,
          row.address,
          row.addressKey,
          row.domain,
          JSON.stringify(row.columns),
          randomBytes(32),
          createdAt,
        ] as const
        const { changes } = guard(path, () => insert.run(...values))
        if (Number(changes) > 0) intake.accepted += 1
        else intake.duplicates += 1
      }
      this.#run('UPDATE campaign SET intake = ? WHERE name = ?', JSON.stringify(intake), name)
      this.#run('COMMIT')
      return intake
    } catch (error) {
      // SQLite has rolled back by itself where the disk was full.
      if (this.#db.isTransaction) this.#run('ROLLBACK')
      throw explain(error, path)
    }
  }

  async recover(campaign: string): Promise<number> {
    return this.#run(
      "UPDATE message SET state = 'waiting', due = 0, reason = 'in flight when the last run ended' WHERE campaign = ? AND state = 'leased'",
      campaign,
    )
  }

  async dueDomains(campaign: string, now: number): Promise<readonly { domain: string; count: number }[]> {
    const rows = this.#all(
      'SELECT domain, count(*) AS count FROM message WHERE campaign = ? AND due <= ? GROUP BY domain ORDER BY count DESC',
      campaign,
      now,
    )
    return rows.map((row) => ({ domain: String(row['domain']), count: Number(row['count']) }))
  }

  async lease(campaign: string, domains: readonly string[], limit: number, now: number): Promise<readonly QueueItem[]> {
    const rows = this.#all(
      `UPDATE message SET state = 'leased', due = NULL, attempts = attempts + 1, updated_at = ?
       WHERE id IN (SELECT id FROM message WHERE campaign = ? AND domain IN (SELECT value FROM json_each(?)) AND due <= ? LIMIT ?)
       RETURNING id, address, domain, columns, key, attempts, (SELECT created_at FROM campaign WHERE name = campaign) AS created_at`,
      now,
      campaign,
      JSON.stringify(domains),
      now,
      limit,
    )
    return rows.map((row) => ({
      id: Number(row['id']),
      address: String(row['address']),
      domain: String(row['domain']),
      // Written by `accept` above; the key is a BLOB, which node:sqlite gives as Uint8Array.
      columns: JSON.parse(String(row['columns'])) as Record<string, string>,
      key: row['key'] as Uint8Array,
      attempt: Number(row['attempts']),
      createdAt: Number(row['created_at']),
    }))
  }

  async settle(settlements: readonly Settlement[], now: number): Promise<void> {
    if (settlements.length === 0) return
    this.#transaction(() => {
      const update = this.#db.prepare(
        "UPDATE message SET state = ?, due = ?, reason = ?, code = ?, verdict = ?, host = ?, tls = ?, updated_at = ? WHERE id = ? AND state = 'leased'",
      )
      for (const one of settlements) {
        const due = one.nextAt === 0 ? null : one.nextAt
        update.run(one.state, due, one.reason, one.code ?? null, one.verdict, one.host ?? null, one.tls ?? null, now, one.id)
      }
    })
  }

  async settleDomains(campaign: string, domains: readonly string[], now: number, one: DomainSettlement): Promise<number> {
    const due = one.state === 'failed' || one.nextAt.length === 0 ? null : JSON.stringify(one.nextAt)
    return this.#run(
      `UPDATE message SET state = ?, due = json_extract(?, '$[' || CAST(min(attempts, ?) AS INTEGER) || ']'), attempts = attempts + 1,
         reason = ?, code = NULL, verdict = ?, host = ?, tls = ?, updated_at = ?
       WHERE campaign = ? AND domain IN (SELECT value FROM json_each(?)) AND due <= ?`,
      one.state,
      due,
      one.nextAt.length - 1,
      one.reason,
      one.verdict,
      one.host ?? null,
      one.tls ?? null,
      now,
      campaign,
      JSON.stringify(domains),
      now,
    )
  }

  async release(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return
    this.#run(
      "UPDATE message SET state = 'waiting', due = 0, attempts = attempts - 1 WHERE state = 'leased' AND id IN (SELECT value FROM json_each(?))",
      JSON.stringify(ids),
    )
  }

  async expire(campaign: string, before: number): Promise<number> {
    return this.#run(
      `UPDATE message SET state = 'failed', due = NULL, reason = 'given up: ' || reason
       WHERE campaign = ? AND due IS NOT NULL AND attempts > 0 AND (SELECT created_at FROM campaign WHERE name = campaign) < ?`,
      campaign,
      before,
    )
  }

  /** Makes everything that is held or put off due at once. */
  async hurry(campaign: string): Promise<number> {
    return this.#run('UPDATE message SET due = 0 WHERE campaign = ? AND due IS NOT NULL', campaign)
  }

  async counts(campaign: string): Promise<Counts> {
    const rows = this.#all(
      'SELECT state, attempts > 0 AS tried, count(*) AS count, min(due) AS due FROM message WHERE campaign = ? GROUP BY 1, 2',
      campaign,
    )
    const count = (state: string, tried?: boolean): number =>
      rows
        .filter((row) => row['state'] === state && (tried === undefined || Boolean(row['tried']) === tried))
        .reduce((sum, row) => sum + Number(row['count']), 0)
    const due = rows
      .map((row) => row['due'])
      .filter((value) => value !== null)
      .map(Number)
    return {
      total: rows.reduce((sum, row) => sum + Number(row['count']), 0),
      sent: count('sent'),
      held: count('held'),
      deferred: count('waiting', true),
      failed: count('failed'),
      waiting: count('waiting', false) + count('leased'),
      nextAt: due.length === 0 ? undefined : Math.min(...due),
    }
  }

  /** All messages of a campaign, grouped; a domain's messages mostly make one group. */
  outcomes(campaign: string): readonly OutcomeGroup[] {
    const rows = this.#all(
      `SELECT domain, state, verdict, tls, attempts > 0 AS tried, count(*) AS count, min(reason) AS reason
       FROM message WHERE campaign = ? GROUP BY domain, state, verdict, tls, tried ORDER BY count DESC, domain`,
      campaign,
    )
    return rows.map((row) => ({
      domain: String(row['domain']),
      state: String(row['state']),
      verdict: String(row['verdict']),
      tls: typeof row['tls'] === 'string' ? row['tls'] : null,
      reason: String(row['reason']),
      tried: Boolean(row['tried']),
      count: Number(row['count']),
    }))
  }

  /** Messages of a campaign in one state, one by one, for an export. */
  *recipients(campaign: string, state: string): Generator<RecipientLine> {
    const rows = guard(this.#opened.path, () =>
      this.#db
        .prepare('SELECT address, code, reason, attempts FROM message WHERE campaign = ? AND state = ? ORDER BY id')
        .iterate(campaign, state),
    )
    for (const row of rows) {
      yield {
        address: String(row['address']),
        code: row['code'] === null ? undefined : Number(row['code']),
        reason: String(row['reason']),
        attempts: Number(row['attempts']),
      }
    }
  }

  #all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return guard(this.#opened.path, () => this.#db.prepare(sql).all(...values))
  }

  #run(sql: string, ...values: (string | number | null)[]): number {
    return guard(this.#opened.path, () => Number(this.#db.prepare(sql).run(...values).changes))
  }

  #transaction(action: () => void): void {
    guard(this.#opened.path, () => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        action()
        this.#db.exec('COMMIT')
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }
}
