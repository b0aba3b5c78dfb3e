import type { DatabaseSync } from 'node:sqlite'
import type { Level } from '../../policy/index.ts'
import type { Counts, MessageOrder, QueueFilter, QueueLine, State, Suppression, SuppressionReason } from '../../queue/index.ts'
import type { OutcomeGroup, RecipientLine } from '../../report/index.ts'
import { type Opened, openForReading } from '../database.ts'
import { guard } from '../failure.ts'
import type { Intake, StoredCampaign } from '../campaign.ts'
import { conditionOf } from './filter.ts'
import { counts } from './count.ts'
import { queueSteps } from './schema.ts'
import { Statements, numberOf, textOf } from './statements.ts'

/** What an order would move in one campaign. */
export interface Tally {
  readonly campaign: string
  readonly messages: number
  readonly domains: number
  /** Where it is one alone. */
  readonly domain: string | undefined
}

/** A message with its row of the list. */
export interface ListRow {
  readonly address: string
  /** JSON. */
  readonly columns: string
  readonly class: string | undefined
  readonly code: number | undefined
  readonly reason: string
}

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
      // Written when it was taken in.
      intake: JSON.parse(String(row['intake'])) as Intake,
    }
  }

  /** The evidence log's checkpoint when the last run ended: a log that does not hold it was cut back or replaced. */
  checkpoint(): { readonly size: number; readonly head: string } | undefined {
    const row = this.#read((db) => db.get('SELECT size, head FROM evidence'))
    return row && { size: Number(row['size']), head: String(row['head']) }
  }

  /** How many messages of a campaign were sent, held, put off or failed since a time, in milliseconds since the epoch. */
  settledSince(campaign: string, at: number): number {
    const row = this.#read((db) =>
      db.get(
        `SELECT count(*) AS count FROM message WHERE campaign = (SELECT id FROM campaign WHERE name = ?)
           AND state IN ('sent', 'held', 'deferred', 'failed') AND updated_at >= ?`,
        campaign,
        at,
      ),
    )
    return numberOf(row?.['count']) ?? 0
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

  /** What an order would move now, campaign by campaign. */
  tally({ kind, filter }: Pick<MessageOrder, 'kind' | 'filter'>): readonly Tally[] {
    const { where, values } = conditionOf(filter)
    const rows = this.#read((db) =>
      db.all(
        `SELECT c.name, count(*) AS messages, count(DISTINCT d.name) AS domains, min(d.name) AS domain
         FROM message m JOIN campaign c ON c.id = m.campaign JOIN domain d ON d.id = m.domain
         WHERE m.id IN (SELECT id FROM message WHERE ${where} AND ${movable[kind]}) GROUP BY m.campaign ORDER BY m.campaign`,
        ...values,
      ),
    )
    return rows.map((row) => ({
      campaign: String(row['name']),
      messages: Number(row['messages']),
      domains: Number(row['domains']),
      domain: Number(row['domains']) === 1 ? String(row['domain']) : undefined,
    }))
  }

  wasCarriedOut(id: string): boolean {
    return this.#read((db) => db.get('SELECT 1 FROM carried WHERE id = ?', id) !== undefined)
  }

  /** Messages of a campaign in one state with their rows of the list, for an export. */
  *rows(campaign: string, state: State): Generator<ListRow> {
    const rows = this.#read((db) =>
      db.database
        .prepare(
          `SELECT address, columns, class, code, reason FROM message
           WHERE campaign = (SELECT id FROM campaign WHERE name = ?) AND state = ? ORDER BY id`,
        )
        .iterate(campaign, state),
    )
    for (const row of rows) {
      yield {
        address: String(row['address']),
        columns: String(row['columns']),
        class: textOf(row['class']),
        code: numberOf(row['code']),
        reason: String(row['reason']),
      }
    }
  }

  suppressed(addressKeys: readonly string[]): ReadonlySet<string> {
    const rows = this.#read((db) =>
      db.all(
        'SELECT DISTINCT address_key FROM suppression WHERE address_key IN (SELECT value FROM json_each(?))',
        JSON.stringify(addressKeys),
      ),
    )
    return new Set(rows.map((row) => String(row['address_key'])))
  }

  /** A page of the list, after a row of it. */
  suppressionsAfter(addressKey: string, reason: string, limit: number): readonly Suppression[] {
    const rows = this.#read((db) =>
      db.all(
        `SELECT * FROM suppression WHERE (address_key, reason) > (?, ?) ORDER BY address_key, reason LIMIT ?`,
        addressKey,
        reason,
        limit,
      ),
    )
    return rows.map((row) => ({
      addressKey: String(row['address_key']),
      // Written by `suppress` alone.
      reason: String(row['reason']) as SuppressionReason,
      source: String(row['source']),
      at: Number(row['at']),
      campaign: textOf(row['campaign']),
      detail: String(row['detail']),
    }))
  }

  #read<T>(action: (db: Statements) => T): T {
    return guard(this.#opened.path, () => action(this.#db))
  }
}

/** Which of the chosen messages an order moves. */
const movable: Readonly<Record<MessageOrder['kind'], string>> = {
  release: "state = 'held'",
  retry: 'due IS NOT NULL AND due > 0',
  fail: 'due IS NOT NULL',
  drop: 'due IS NOT NULL',
}

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
