import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DayCount, HitCount, HitGroup, HitKind, LinkCount, TrackingLedger } from '../../tracking/index.ts'
import { type Opened, openShared } from '../database.ts'
import { guard } from '../failure.ts'
import { changeTogether } from '../transaction.ts'
import { Statements } from '../statements.ts'
import { trackingSteps } from './schema.ts'

const trackingName = 'tracking.db'

/** Milliseconds after a campaign's first hit for which it is remembered who was counted. */
const rememberMs = 90 * 86_400_000

/** What was counted, in `tracking.db`: the server writes it, whoever shows it reads it meanwhile. */
export class SqliteTrackingLedger implements TrackingLedger, Disposable {
  readonly #opened: Opened
  readonly #db: Statements

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
  }

  /** Makes it where it is missing. @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL */
  static open(folder: string): SqliteTrackingLedger {
    return new SqliteTrackingLedger(openShared(folder, trackingName, trackingSteps))
  }

  /** Where a data folder has one: who only looks makes none. */
  static openExisting(folder: string): SqliteTrackingLedger | undefined {
    return existsSync(join(folder, trackingName)) ? SqliteTrackingLedger.open(folder) : undefined
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  add(groups: readonly HitGroup[], now: number): void {
    this.#change(() => {
      for (const group of groups) this.#add(group, now)
      this.#db.run('DELETE FROM seen WHERE campaign IN (SELECT id FROM campaign WHERE first_at < ?)', now - rememberMs)
    })
  }

  #add({ campaign, tag, kind, link, day, count, who }: HitGroup, now: number): void {
    this.#db.run('INSERT OR IGNORE INTO campaign (name, tag, first_at) VALUES (?, ?, ?)', campaign, tag, now)
    const row = this.#db.get('SELECT id, first_at FROM campaign WHERE tag = ?', tag)
    const id = Number(row?.['id'])
    let fresh = 0
    // After that time nobody can be told from himself any more, so nobody is new.
    if (Number(row?.['first_at']) >= now - rememberMs)
      for (const one of who)
        fresh += this.#db.run('INSERT OR IGNORE INTO seen (campaign, kind, link, who) VALUES (?, ?, ?, ?)', id, kind, link, one)
    this.#db.run(
      `INSERT INTO tally (campaign, kind, link, day, total, fresh) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET total = total + excluded.total, fresh = fresh + excluded.fresh`,
      id,
      kind,
      link,
      day,
      count,
      fresh,
    )
  }

  links(tag: string): readonly { readonly kind: HitKind; readonly link: number }[] {
    return this.#read((db) =>
      db
        .all('SELECT DISTINCT kind, link FROM tally WHERE campaign = (SELECT id FROM campaign WHERE tag = ?)', tag)
        .map((row) => ({ kind: kindOf(row['kind']), link: Number(row['link']) })),
    )
  }

  forget(tag: string, marks: readonly { kind: HitKind; link: number; who: Uint8Array }[]): number {
    return this.#change(() => {
      let count = 0
      for (const { kind, link, who } of marks)
        count += this.#db.run(
          'DELETE FROM seen WHERE campaign = (SELECT id FROM campaign WHERE tag = ?) AND kind = ? AND link = ? AND who = ?',
          tag,
          kind,
          link,
          who,
        )
      return count
    })
  }

  /** What a campaign has in all. */
  total(tag: string, kind: HitKind): HitCount {
    const row = this.#read((db) =>
      db.get(
        `SELECT sum(total) AS total, sum(fresh) AS fresh FROM tally
         WHERE campaign = (SELECT id FROM campaign WHERE tag = ?) AND kind = ? AND link = 0`,
        tag,
        kind,
      ),
    )
    return { total: Number(row?.['total'] ?? 0), unique: Number(row?.['fresh'] ?? 0) }
  }

  /** Clicks by link, of those that were followed, in the order of their numbers. */
  byLink(tag: string): readonly LinkCount[] {
    return this.#read((db) =>
      db
        .all(
          `SELECT link, sum(total) AS total, sum(fresh) AS fresh FROM tally
           WHERE campaign = (SELECT id FROM campaign WHERE tag = ?) AND kind = 'click' AND link > 0 GROUP BY link ORDER BY link`,
          tag,
        )
        .map((row) => ({ link: Number(row['link']), total: Number(row['total']), unique: Number(row['fresh']) })),
    )
  }

  /** All that was counted, by day. */
  byDay(tag: string): readonly DayCount[] {
    return this.#read((db) =>
      db
        .all('SELECT * FROM tally WHERE campaign = (SELECT id FROM campaign WHERE tag = ?) ORDER BY day, kind, link', tag)
        .map((row) => ({
          kind: kindOf(row['kind']),
          link: Number(row['link']),
          day: String(row['day']),
          total: Number(row['total']),
          unique: Number(row['fresh']),
        })),
    )
  }

  #read<T>(action: (db: Statements) => T): T {
    return guard(this.#opened.path, () => action(this.#db))
  }

  #change<T>(action: () => T): T {
    return changeTogether(this.#db.database, this.#opened.path, action)
  }
}

/** The database checks that it is one of these. */
function kindOf(value: unknown): HitKind {
  return value === 'open' ? 'open' : 'click'
}
