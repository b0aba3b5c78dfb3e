import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import { type HostMemory, type HostRecord, type MemoryGround, type SeenTls, recallHost, remember } from '../policy/index.ts'
import { type Opened, openShared } from './database.ts'
import { guard } from './failure.ts'
import { memorySteps } from './memorySchema.ts'

/** What hosts offered before, in `memory.db`: it belongs to no campaign, and outlives all of them. */
export class SqliteHostMemory implements HostMemory, Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync
  readonly #clock: Clock

  private constructor(opened: Opened, clock: Clock) {
    this.#opened = opened
    this.#db = opened.database
    this.#clock = clock
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL */
  static open(folder: string, clock: Clock): SqliteHostMemory {
    return new SqliteHostMemory(openShared(folder, 'memory.db', memorySteps), clock)
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  async recall(host: string): Promise<MemoryGround> {
    return recallHost(this.find(host), this.#clock.now())
  }

  async note(name: string, seen: SeenTls): Promise<void> {
    const host = foldHost(name)
    const known = this.find(host)
    const after = remember(known, host, seen, this.#clock.now())
    // A host that answers as ever is written once an hour: each connection asks.
    if (
      after &&
      (!known ||
        after.goneSince !== known.goneSince ||
        after.tries !== known.tries ||
        after.key !== known.key ||
        after.offeredAt - known.offeredAt > 3_600_000)
    )
      this.#put(after)
  }

  /** What is remembered of a host. */
  find(host: string): HostRecord | undefined {
    const row = guard(this.#opened.path, () => this.#db.prepare('SELECT * FROM host WHERE host = ?').get(foldHost(host)))
    return row && readRow(row)
  }

  /** Hosts that offered TLS and do not any more, those gone longest first. */
  listGone(): readonly HostRecord[] {
    const rows = guard(this.#opened.path, () =>
      this.#db.prepare('SELECT * FROM host WHERE gone_since IS NOT NULL ORDER BY gone_since').all(),
    )
    return rows.map(readRow)
  }

  /** A person says that it is all right so. False where the host is not suspected. */
  release(host: string): boolean {
    const known = this.find(host)
    if (known?.goneSince === undefined) return false
    this.#put({ ...known, releasedAt: this.#clock.now() })
    return true
  }

  #put({ host, offeredAt, key, goneSince, triedAt, tries, releasedAt }: HostRecord): void {
    guard(this.#opened.path, () => {
      this.#db
        .prepare(
          'INSERT OR REPLACE INTO host (host, offered_at, key, gone_since, tried_at, tries, released_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(host, offeredAt, key ?? null, goneSince ?? null, triedAt ?? null, tries, releasedAt ?? null)
    })
  }
}

/** A relay's name is as the user wrote it. */
export function foldHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}

function readRow(row: Record<string, unknown>): HostRecord {
  const number = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]))
  return {
    host: String(row['host']),
    offeredAt: Number(row['offered_at']),
    key: typeof row['key'] === 'string' ? row['key'] : undefined,
    goneSince: number('gone_since'),
    triedAt: number('tried_at'),
    tries: Number(row['tries']),
    releasedAt: number('released_at'),
  }
}
