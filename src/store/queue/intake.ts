import { randomFillSync } from 'node:crypto'
import { SealpostError } from '../../errors.ts'
import { type Statements, numberOf } from '../statements.ts'
import { Tally } from './tally.ts'

/** What the list held besides rows that go into the queue, as it is counted where the list is read. */
export interface LeftOut {
  readonly invalid: number
  readonly suppressed: number
  readonly sample: readonly { readonly line: number; readonly why: string }[]
}

/** Domains whose row is remembered while a campaign is taken in; past that they are looked up. */
const mostKnown = 100_000

/** A campaign that is being taken in: one open transaction, into which rows come a batch at a time. */
export class IntakeTransaction {
  readonly #db: Statements
  readonly #campaign: number
  readonly #createdAt: number
  /** The last message that was there. */
  readonly #before: number
  readonly #due: number
  readonly #domains = new Map<string, number>()
  #accepted = 0
  #duplicates = 0

  private constructor(db: Statements, campaign: number, createdAt: number, due: number) {
    this.#db = db
    this.#campaign = campaign
    this.#createdAt = createdAt
    this.#before = numberOf(db.get('SELECT max(id) AS id FROM message')?.['id']) ?? 0
    this.#due = due
  }

  static begin(
    db: Statements,
    campaign: { name: string; digest: string; frozen: string; createdAt: number; due: number },
  ): IntakeTransaction {
    db.database.exec('BEGIN IMMEDIATE')
    const { name, digest, frozen, createdAt, due } = campaign
    if (db.get('SELECT 1 FROM campaign WHERE name = ?', name)) {
      const next = 'Go on with it as it is, or give the campaign a new name.'
      throw new SealpostError('SP_CAMPAIGN_CHANGED', { where: name, what: 'There is a campaign of this name already', next })
    }
    const id = db.insert(
      "INSERT INTO campaign (name, digest, frozen, intake, created_at) VALUES (?, ?, ?, '{}', ?)",
      name,
      digest,
      frozen,
      createdAt,
    )
    return new IntakeTransaction(db, id, createdAt, due)
  }

  /** @param rows address, key of the address, domain, columns as JSON; and again: flat, as that crosses threads quickest */
  add(rows: readonly string[]): void {
    const keys = randomFillSync(new Uint8Array(rows.length * 8))
    for (let at = 0; at < rows.length; at += 4) {
      const [address = '', addressKey = '', domain = '', columns = ''] = rows.slice(at, at + 4)
      const changes = this.#db.run(
        `INSERT INTO message (campaign, domain, address, address_key, columns, key) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (campaign, address_key) DO NOTHING`,
        this.#campaign,
        this.#domain(domain),
        address,
        addressKey,
        columns,
        keys.subarray(at * 8, at * 8 + 32),
      )
      if (changes > 0) this.#accepted += 1
      else this.#duplicates += 1
    }
  }

  commit({ invalid, suppressed, sample }: LeftOut): { accepted: number; duplicates: number } & LeftOut {
    const intake = { accepted: this.#accepted, duplicates: this.#duplicates, invalid, suppressed, sample }
    // In the order in which they lie on the disk: SQLite sorts by file where they are many. Ids grow, and nobody else wrote.
    this.#db.run(
      'INSERT INTO delivery (domain, id, due, updated_at) SELECT domain, id, ?, ? FROM message WHERE id > ? ORDER BY domain, id',
      this.#due,
      this.#createdAt,
      this.#before,
    )
    const tally = new Tally(this.#db)
    tally.add(this.#campaign, 'waiting', this.#accepted)
    tally.write()
    this.#db.run('UPDATE campaign SET intake = ? WHERE id = ?', JSON.stringify(intake), this.#campaign)
    this.#db.database.exec('COMMIT')
    return intake
  }

  #domain(name: string): number {
    const known = this.#domains.get(name)
    if (known !== undefined) return known
    if (this.#domains.size >= mostKnown) this.#domains.clear()
    const row = this.#db.get(
      "SELECT id FROM domain WHERE campaign = ? AND name = ? AND ifnull(level, '') = ''",
      this.#campaign,
      name,
    )
    const id = row
      ? Number(row['id'])
      : this.#db.insert('INSERT INTO domain (campaign, name, due) VALUES (?, ?, ?)', this.#campaign, name, this.#due)
    this.#domains.set(name, id)
    return id
  }
}
