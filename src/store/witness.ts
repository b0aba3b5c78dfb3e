import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Advance, Contradiction, Cosigned, WitnessLedger } from '../anchor/index.ts'
import { type Opened, openShared } from './database.ts'
import { Statements } from './statements.ts'
import { changeTogether } from './transaction.ts'
import { guard } from './failure.ts'

const name = 'witness.db'

const steps: readonly string[] = [
  `
  CREATE TABLE log (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL             -- the checkpoint as the log signed it
  ) STRICT;
  CREATE TABLE contradiction (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    cosigned TEXT NOT NULL,        -- signed notes, both of them
    offered TEXT NOT NULL
  ) STRICT;
  CREATE INDEX contradiction_origin ON contradiction (origin, id);
  `,
]

/** Contradictions that are kept of each log: the first ones say it all, and whoever can sign could fill the disk. */
const mostKept = 20

/** What a witness cosigned last, in `witness.db`; several processes may write it. */
export class SqliteWitnessLedger implements WitnessLedger, Disposable {
  readonly #opened: Opened
  readonly #db: Statements

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
  }

  /** Makes it where it is missing. @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL */
  static open(folder: string): SqliteWitnessLedger {
    return new SqliteWitnessLedger(openShared(folder, name, steps))
  }

  static exists(folder: string): boolean {
    return existsSync(join(folder, name))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  advance<T>(origin: string, decide: (latest: Cosigned | undefined) => Advance<T>): T {
    return changeTogether(this.#opened.database, this.#opened.path, () => {
      const { result, put, keep } = decide(this.find(origin))
      if (put) {
        const { size, root, note } = put
        this.#db.run('INSERT OR REPLACE INTO log (origin, size, root, note) VALUES (?, ?, ?, ?)', origin, size, root, note)
      }
      if (keep) this.#keep(keep)
      return result
    })
  }

  /** The last checkpoint of a log that was cosigned. */
  find(origin: string): Cosigned | undefined {
    const row = guard(this.#opened.path, () => this.#db.get('SELECT size, root, note FROM log WHERE origin = ?', origin))
    // The columns have these types by the schema, which is STRICT.
    return row && { size: Number(row['size']), root: row['root'] as Uint8Array, note: String(row['note']) }
  }

  /** What contradicted it, the first ones first. */
  contradictions(origin: string): readonly Contradiction[] {
    const rows = guard(this.#opened.path, () =>
      this.#db.all('SELECT kind, cosigned, offered FROM contradiction WHERE origin = ? ORDER BY id', origin),
    )
    return rows.map((row) => ({
      origin,
      kind: row['kind'] === 'fork' ? 'fork' : 'proof-wrong',
      cosigned: String(row['cosigned']),
      offered: String(row['offered']),
    }))
  }

  /** A fork is proof, and a proof that does not verify may be a mistake: one does not take the other's place. */
  #keep({ origin, kind, cosigned, offered }: Contradiction): void {
    const [same, all] = [
      this.#db.get('SELECT 1 AS one FROM contradiction WHERE origin = ? AND offered = ?', origin, offered),
      this.#db.get('SELECT count(*) AS count FROM contradiction WHERE origin = ? AND kind = ?', origin, kind),
    ]
    if (same || Number(all?.['count']) >= mostKept) return
    this.#db.run(
      'INSERT INTO contradiction (origin, kind, cosigned, offered) VALUES (?, ?, ?, ?)',
      origin,
      kind,
      cosigned,
      offered,
    )
  }
}
