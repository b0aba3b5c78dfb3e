import type { DatabaseSync } from 'node:sqlite'
import type { Level } from '../../policy/index.ts'
import type { Addressee, Counts, QueueFilter, QueueLine, State } from '../../queue/index.ts'
import type { OutcomeGroup, RecipientLine } from '../../report/index.ts'
import { type Opened, openForReading } from '../database.ts'
import { guard } from '../failure.ts'
import type { Intake, StoredCampaign } from '../campaign.ts'
import { conditionOf } from './filter.ts'
import { counts } from './count.ts'
import { queueSteps } from './schema.ts'
import { Statements, numberOf, textOf } from './statements.ts'

/** Reads `queue.db`, beside whoever writes it. */
export class QueueReader implements Disposable {
  readonly #opened: Opened
  readonly #db: Statements

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
  }

  /** @throws SealpostError SP_FILE_MISSING, SP_STORE_NEWER, SP_STORE_DAMAGED */
  static open(folder: string): QueueReader {
    return new QueueReader(openForReading(folder, queueSteps))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  get database(): DatabaseSync {
    return this.#opened.database
  }

  campaignNames(): readonly string[] {
    return this.#read((db) => db.all('SELECT name FROM campaign ORDER BY created_at, id').map((row) => String(row['name'])))
  }

  campaign(name: string): StoredCampaign | undefined {
    const row = this.#read((db) => db.get('SELECT digest, frozen, intake, created_at FROM campaign WHERE name = ?', name))
    if (!row) return undefined
    return {
      name,
      digest: String(row['digest']),
      frozen: String(row['frozen']),
      createdAt: Number(row['created_at']),
      // Written when it was taken in, by an older version perhaps that did not count all of it.
      intake: { ...nothing, ...(JSON.parse(String(row['intake'])) as Intake) },
    }
  }

  /** The evidence log's checkpoint when the last run ended: a log that does not hold it was cut back or replaced. */
  checkpoint(): { readonly size: number; readonly head: string } | undefined {
    const row = this.#read((db) => db.get('SELECT size, head FROM evidence'))
    return row && { size: Number(row['size']), head: String(row['head']) }
  }

  countsOf(campaign: string): Counts {
    return this.#read((db) => counts(db, campaign))
  }

  /** All messages of a campaign, grouped; a domain's messages mostly make one group. */
  outcomes(campaign: string): readonly OutcomeGroup[] {
    const rows = this.#read((db) =>
      db.all(
        `SELECT d.name AS domain, m.state, m.verdict, m.tls, count(*) AS count, min(m.reason) AS reason
         FROM message m JOIN domain d ON d.id = m.domain WHERE m.campaign = (SELECT id FROM campaign WHERE name = ?)
         GROUP BY d.name, m.state, m.verdict, m.tls ORDER BY count DESC, d.name`,
        campaign,
      ),
    )
    return rows.map((row) => ({
      domain: String(row['domain']),
      state: String(row['state']),
      verdict: String(row['verdict']),
      tls: textOf(row['tls']) ?? null,
      reason: String(row['reason']),
      count: Number(row['count']),
    }))
  }

  /** Messages of a campaign in one state, one by one, for an export. */
  *recipients(campaign: string, state: string): Generator<RecipientLine> {
    const rows = this.#read((db) =>
      db.database
        .prepare(
          `SELECT address, code, reason, attempts FROM message
           WHERE campaign = (SELECT id FROM campaign WHERE name = ?) AND state = ? ORDER BY id`,
        )
        .iterate(campaign, state),
    )
    for (const row of rows) {
      yield {
        address: String(row['address']),
        code: numberOf(row['code']),
        reason: String(row['reason']),
        attempts: Number(row['attempts']),
      }
    }
  }

  list(filter: QueueFilter, limit: number, after = 0): readonly QueueLine[] {
    const { where, values } = conditionOf(filter)
    const rows = this.#read((db) =>
      db.all(
        `SELECT ${lineColumns} WHERE m.id IN (SELECT id FROM message WHERE ${where} AND id > ? ORDER BY id LIMIT ?) ORDER BY m.id`,
        ...values,
        after,
        limit,
      ),
    )
    return rows.map(readLine)
  }

  find(which: { readonly id: number } | { readonly addressKey: string }): readonly QueueLine[] {
    const rows = this.#read((db) =>
      'id' in which
        ? db.all(`SELECT ${lineColumns} WHERE m.id = ?`, which.id)
        : db.all(
            `SELECT ${lineColumns} WHERE m.campaign IN (SELECT id FROM campaign) AND m.address_key = ? ORDER BY m.id`,
            which.addressKey,
          ),
    )
    return rows.map(readLine)
  }

  /** Messages of a campaign that wait, in order, after the id `after`. */
  addressees(campaign: string, limit: number, after = 0): readonly Addressee[] {
    const rows = this.#read((db) =>
      db.all(
        `SELECT id, address_key FROM message
         WHERE campaign = (SELECT id FROM campaign WHERE name = ?) AND due IS NOT NULL AND id > ? ORDER BY id LIMIT ?`,
        campaign,
        after,
        limit,
      ),
    )
    return rows.map((row) => ({ id: Number(row['id']), campaign, addressKey: String(row['address_key']) }))
  }

  #read<T>(action: (db: Statements) => T): T {
    return guard(this.#opened.path, () => action(this.#db))
  }
}

const nothing: Pick<Intake, 'suppressed'> = { suppressed: 0 }

const lineColumns = `m.*, c.name AS campaign_name, d.name AS domain_name, d.level
  FROM message m JOIN campaign c ON c.id = m.campaign JOIN domain d ON d.id = m.domain`

function readLine(row: Record<string, unknown>): QueueLine {
  const text = (name: string): string | undefined => (typeof row[name] === 'string' ? row[name] : undefined)
  const number = (name: string): number | undefined => (typeof row[name] === 'number' ? row[name] : undefined)
  return {
    id: Number(row['id']),
    campaign: String(row['campaign_name']),
    domain: String(row['domain_name']),
    // Levels and states are written by this program alone, and states are checked by the database.
    level: text('level') as Level | undefined,
    address: String(row['address']),
    state: String(row['state']) as State,
    due: number('due'),
    attempts: Number(row['attempts']),
    firstTriedAt: number('first_tried_at'),
    updatedAt: Number(row['updated_at']),
    reason: String(row['reason']),
    class: text('class'),
    code: number('code'),
    enhanced: text('enhanced'),
    verdict: String(row['verdict']),
    host: text('host'),
    tls: text('tls'),
  }
}
