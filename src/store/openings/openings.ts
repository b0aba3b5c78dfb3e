import type { AttemptOpening, OpeningsStore, SessionOpening, ShownCertificate } from '../../evidence/index.ts'
import { SealpostError } from '../../errors.ts'
import { makeFolder } from '../../folder.ts'
import { type Opened, openShared } from '../database.ts'
import { guard } from '../failure.ts'
import { Statements } from '../statements.ts'
import { changeTogether } from '../transaction.ts'
import { openingsSteps } from './schema.ts'

export const openingsName = 'openings.db'

/**
 * What is erased is overwritten with zeros (sqlite.org/pragma.html#pragma_secure_delete). Pages kept in memory (negative:
 * kibibytes), and octets that the log of changes keeps on the disk.
 */
const settings = 'PRAGMA secure_delete = ON; PRAGMA cache_size = -4096; PRAGMA journal_size_limit = 16777216'

/** Campaigns whose ids are kept in memory. */
const mostCampaigns = 1_000

/** Writes `openings.db`: rows in the order of the leaves, so that each write goes to its end. There is one writer. */
export class Openings implements OpeningsStore, Disposable {
  readonly #opened: Opened
  readonly #db: Statements
  readonly #campaigns = new Map<string, number>()

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
  }

  /**
   * Makes it where it is missing, readable by its owner alone.
   *
   * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL, SP_FILE_UNWRITABLE
   */
  static open(folder: string): Openings {
    makeFolder(folder)
    const opened = openShared(folder, openingsName, openingsSteps)
    guard(opened.path, () => {
      opened.database.exec(settings)
    })
    return new Openings(opened)
  }

  /** What its log of changes holds is copied into it, so that nothing that was erased is left there. */
  [Symbol.dispose](): void {
    const { database } = this.#opened
    try {
      if (database.isOpen) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // On a full disk it stays in the log, which is as safe, and is read from there.
    } finally {
      this.#opened.close()
    }
  }

  append(rows: readonly (SessionOpening | AttemptOpening)[], certificates: readonly ShownCertificate[]): void {
    this.#change(() => {
      for (const { sha256, der } of certificates)
        this.#db.run('INSERT OR IGNORE INTO certificate (sha256, der) VALUES (?, ?)', Buffer.from(sha256, 'hex'), der)
      for (const row of rows) {
        if (row.kind === 'session') this.#addSession(row)
        else this.#addAttempt(row)
      }
    })
  }

  cutTo(size: number): number {
    return this.#change(() => {
      let count = 0
      for (const table of ['attempt', 'session']) count += this.#db.run(`DELETE FROM ${table} WHERE leaf >= ?`, size)
      return count
    })
  }

  #addSession(row: SessionOpening): void {
    const { leaf, id, key, peer, time, port, level, voucher, verdict, cause, decision, tls, software } = row
    this.#db.run(
      `INSERT INTO session (leaf, id, key, peer, time, port, level, voucher, verdict, cause, decision, tls, software)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      leaf,
      Buffer.from(id, 'base64url'),
      key ?? null,
      peer,
      time,
      port,
      level,
      voucher,
      verdict,
      cause,
      decision,
      tls && JSON.stringify(tls),
      software,
    )
  }

  #addAttempt(row: AttemptOpening): void {
    const { leaf, previous, session, campaign, domain, number, time, message, octets, outcome, code, enhanced, reply, strength } =
      row
    this.#db.run(
      `INSERT INTO attempt (leaf, previous, session, campaign, domain, number, time, message, octets, outcome, code, enhanced,
         reply, strength)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      leaf,
      previous,
      session,
      this.#campaignId(campaign),
      domain,
      number,
      time,
      message,
      octets,
      outcome,
      code,
      enhanced,
      reply,
      strength,
    )
  }

  #campaignId(name: string): number {
    const known = this.#campaigns.get(name)
    if (known !== undefined) return known
    this.#db.run('INSERT OR IGNORE INTO campaign (name) VALUES (?)', name)
    const id = Number(this.#db.get('SELECT id FROM campaign WHERE name = ?', name)?.['id'])
    if (this.#campaigns.size >= mostCampaigns) this.#campaigns.clear()
    this.#campaigns.set(name, id)
    return id
  }

  #change<T>(action: () => T): T {
    try {
      return changeTogether(this.#db.database, this.#opened.path, action)
    } catch (error) {
      // An id that was given in what was undone is nobody's.
      this.#campaigns.clear()
      throw error
    }
  }
}

/** @throws SealpostError SP_STORE_DAMAGED: the row is not what was written */
export function damagedOpenings(path: string, cause: unknown): SealpostError {
  return new SealpostError('SP_STORE_DAMAGED', { where: path, cause })
}
