import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import { type GreylistMemory, type GreylistRecord, type GreylistSeen, learnGreylist } from '../queue/index.ts'
import { type Opened, openShared } from './database.ts'
import { guard } from './failure.ts'
import { foldHost } from './hostMemory.ts'
import { memorySteps } from './memorySchema.ts'

/** Milliseconds after which what a host did is of no use any more: greylists forget whom they know in about a month. */
const keepMs = 60 * 86_400_000
/** Hosts that are remembered, those seen last. */
const most = 50_000
/** Milliseconds for which a record is not written again only to say that it was seen. */
const refreshMs = 3_600_000

/** How long hosts put strangers off, in `memory.db`. */
export class SqliteGreylistMemory implements GreylistMemory, Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
  }

  /**
   * Opens the memory and forgets what is old.
   *
   * @param limit hosts to keep
   * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL
   */
  static open(folder: string, clock: Clock, limit = most): SqliteGreylistMemory {
    const memory = new SqliteGreylistMemory(openShared(folder, 'memory.db', memorySteps))
    memory.#forget(clock.now() - keepMs, limit)
    return memory
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  async find(host: string): Promise<GreylistRecord | undefined> {
    const row = guard(this.#opened.path, () => this.#db.prepare('SELECT * FROM greylist WHERE host = ?').get(foldHost(host)))
    return row && readRow(row)
  }

  async note(name: string, seen: GreylistSeen): Promise<void> {
    const host = foldHost(name)
    const known = await this.find(host)
    const after = learnGreylist(known, host, seen)
    if (!after || after === known) return
    // Each message of a campaign teaches the same: only what is new is written.
    const same = known?.lowerMs === after.lowerMs && known.upperMs === after.upperMs
    if (same && after.seenAt - known.seenAt < refreshMs) return
    guard(this.#opened.path, () => {
      this.#db
        .prepare('INSERT OR REPLACE INTO greylist (host, lower_ms, upper_ms, seen_at) VALUES (?, ?, ?, ?)')
        .run(host, after.lowerMs, after.upperMs ?? null, after.seenAt)
    })
  }

  #forget(before: number, limit: number): void {
    guard(this.#opened.path, () => {
      this.#db.prepare('DELETE FROM greylist WHERE seen_at < ?').run(before)
      this.#db
        .prepare('DELETE FROM greylist WHERE host IN (SELECT host FROM greylist ORDER BY seen_at DESC LIMIT -1 OFFSET ?)')
        .run(limit)
    })
  }
}

function readRow(row: Record<string, unknown>): GreylistRecord {
  return {
    host: String(row['host']),
    lowerMs: Number(row['lower_ms']),
    upperMs: row['upper_ms'] === null ? undefined : Number(row['upper_ms']),
    seenAt: Number(row['seen_at']),
  }
}
