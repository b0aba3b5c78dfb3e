import type { DatabaseSync } from 'node:sqlite'
import {
  type FailedFetch,
  type FetchFailure,
  type HeldPolicy,
  type KnownPolicy,
  type PolicyCache,
  expiresAt,
  parsePolicy,
  refreshAt,
  retryMs,
} from '../mtasts/index.ts'
import { type Opened, openShared } from './database.ts'
import { guard } from './failure.ts'
import { changeTogether } from './transaction.ts'

/** The schema of `policy.db`, one step a version; a step that was released is never changed. */
const steps: readonly string[] = [
  `
  CREATE TABLE policy (
    domain TEXT PRIMARY KEY,
    id TEXT NOT NULL,              -- of the record that led to it
    text TEXT NOT NULL,            -- as the policy host sent it
    fetched_at INTEGER NOT NULL,   -- milliseconds since the epoch, as all times here
    refresh_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX policy_refresh ON policy (refresh_at);
  CREATE TABLE failure (
    domain TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    failure TEXT NOT NULL,         -- JSON
    failed_at INTEGER NOT NULL
  ) STRICT;
  `,
]

/**
 * MTA-STS policies in `policy.db`, apart from the queue: they belong to no campaign, outlive all of them, and whoever
 * checks may write them while another sends.
 */
export class SqlitePolicyCache implements PolicyCache, Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL */
  static open(folder: string): SqlitePolicyCache {
    return new SqlitePolicyCache(openShared(folder, 'policy.db', steps))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  async get(domain: string): Promise<KnownPolicy> {
    return guard(this.#opened.path, () => ({ held: this.#held(domain), failed: this.#failed(domain) }))
  }

  async put(held: HeldPolicy): Promise<void> {
    const { domain, id, text, fetchedAt } = held
    changeTogether(this.#db, this.#opened.path, () => {
      this.#db
        .prepare('INSERT OR REPLACE INTO policy (domain, id, text, fetched_at, refresh_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(domain, id, text, fetchedAt, Math.floor(refreshAt(held)), expiresAt(held))
      this.#db.prepare('DELETE FROM failure WHERE domain = ?').run(domain)
    })
  }

  async putFailure({ domain, id, failure, at }: FailedFetch): Promise<void> {
    guard(this.#opened.path, () => {
      this.#db
        .prepare('INSERT OR REPLACE INTO failure (domain, id, failure, failed_at) VALUES (?, ?, ?, ?)')
        .run(domain, id, JSON.stringify(failure), at)
    })
  }

  async listDue(now: number, limit: number): Promise<readonly string[]> {
    const rows = guard(this.#opened.path, () =>
      this.#db
        .prepare('SELECT domain FROM policy WHERE refresh_at <= ? AND expires_at > ? ORDER BY expires_at LIMIT ?')
        .all(now, now, limit),
    )
    return rows.map((row) => String(row['domain']))
  }

  async prune(now: number): Promise<void> {
    guard(this.#opened.path, () => {
      this.#db.prepare('DELETE FROM policy WHERE expires_at <= ?').run(now)
      this.#db.prepare('DELETE FROM failure WHERE failed_at <= ?').run(now - retryMs)
    })
  }

  #held(domain: string): HeldPolicy | undefined {
    const row = this.#db.prepare('SELECT id, text, fetched_at FROM policy WHERE domain = ?').get(domain)
    if (!row) return undefined
    const text = String(row['text'])
    // It parsed when it was fetched. A file that somebody wrote to is read as strictly as the network.
    const parsed = parsePolicy(text)
    if (parsed.kind === 'malformed') return undefined
    const { policy, warnings } = parsed
    return { domain, id: String(row['id']), policy, warnings, text, fetchedAt: Number(row['fetched_at']) }
  }

  #failed(domain: string): FailedFetch | undefined {
    const row = this.#db.prepare('SELECT id, failure, failed_at FROM failure WHERE domain = ?').get(domain)
    if (!row) return undefined
    // Written by `putFailure` above.
    const failure = JSON.parse(String(row['failure'])) as FetchFailure
    return { domain, id: String(row['id']), failure, at: Number(row['failed_at']) }
  }
}
