import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Level } from '../../policy/index.ts'
import type {
  Addressee,
  Counts,
  InFlight,
  InFlightMessage,
  MessageOrder,
  QueueFilter,
  QueueLine,
  State,
} from '../../queue/index.ts'
import type { OutcomeGroup, RecipientLine } from '../../report/index.ts'
import { type Opened, openForReading } from '../database.ts'
import { type ClaimTarget, claimTargets } from './claim.ts'
import { guard } from '../failure.ts'
import type { Intake, StoredCampaign } from '../campaign.ts'
import { conditionOf } from './filter.ts'
import { counts } from './count.ts'
import { erasedPrefix } from './erase.ts'
import { queueSteps } from './schema.ts'
import { Statements, numberOf, textOf } from '../statements.ts'

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

/** A message, as it is to be erased. */
export interface MessageOf {
  readonly id: number
  readonly addressKey: string
  readonly campaign: string
  /** Of the frozen campaign. */
  readonly digest: string
  readonly state: State
  readonly waits: boolean
  /** Of its last attempt, in the evidence. */
  readonly leaf: number | undefined
}

/** How much of one campaign went to one domain. */
export interface SentVolume {
  readonly campaign: string
  /** As the campaign has it. */
  readonly from: string
  readonly domain: string
  readonly count: number
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
      // Written when it was taken in, by an older version perhaps that did not count all of it.
      intake: { ...nothing, ...(JSON.parse(String(row['intake'])) as Intake) },
    }
  }

  /** By what each campaign is known for certain: its name and the digest of its content. */
  digests(): readonly { readonly name: string; readonly digest: string }[] {
    return this.#read((db) =>
      db.all('SELECT name, digest FROM campaign').map((row) => ({ name: String(row['name']), digest: String(row['digest']) })),
    )
  }

  /** Whom a message is for, with the row of the list as JSON. */
  rowOf(id: number): { readonly campaign: string; readonly address: string; readonly columns: string } | undefined {
    const row = this.#read((db) =>
      db.get('SELECT c.name, m.address, m.columns FROM message m JOIN campaign c ON c.id = m.campaign WHERE m.id = ?', id),
    )
    return row && { campaign: String(row['name']), address: String(row['address']), columns: String(row['columns']) }
  }

  /** The recipient's own key for the evidence; undefined where there is none any more. */
  keyOf(id: number): Uint8Array | undefined {
    const key = this.#read((db) => db.get('SELECT key FROM message WHERE id = ?', id))?.['key']
    return key instanceof Uint8Array && key.length === 32 ? key : undefined
  }

  /** The evidence log's checkpoint when the last run ended: a log that does not hold it was cut back or replaced. */
  checkpoint(): { readonly size: number; readonly root: string } | undefined {
    const row = this.#read((db) => db.get('SELECT size, root FROM evidence'))
    return row && { size: Number(row['size']), root: String(row['root']) }
  }

  /** All leased messages, and up to which leaf of the evidence rows are settled. */
  inFlight(): InFlight {
    return this.#read((db) => ({
      messages: db.all(leased).map(readInFlight),
      settledTo: numberOf(db.get('SELECT leaf FROM settled')?.['leaf']),
    }))
  }

  /** Those of some messages that are in the queue, for what is claimed of them. */
  claimTargets(ids: readonly number[]): readonly ClaimTarget[] {
    return this.#read((db) => claimTargets(db, ids))
  }

  /** How many messages of a campaign were sent, held, put off or failed since a time, in milliseconds since the epoch. */
  settledSince(campaign: string, at: number): number {
    const row = this.#read((db) =>
      db.get(
        `SELECT count(*) AS count FROM domain d CROSS JOIN delivery e ON e.domain = d.id
         WHERE d.campaign = (SELECT id FROM campaign WHERE name = ?)
           AND e.state IN ('sent', 'held', 'deferred', 'failed') AND e.updated_at >= ?`,
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
        `SELECT d.name AS domain, e.state, e.verdict, e.tls, count(*) AS count, min(e.reason) AS reason
         FROM domain d CROSS JOIN delivery e ON e.domain = d.id WHERE d.campaign = (SELECT id FROM campaign WHERE name = ?)
         GROUP BY d.name, e.state, e.verdict, e.tls ORDER BY count DESC, d.name`,
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

  /** Messages sent between two times, by the From of their campaign and the domain that they went to. */
  volume(from: number, until: number): readonly SentVolume[] {
    const rows = this.#read((db) =>
      db.all(
        `SELECT c.name AS campaign, json_extract(c.frozen, '$.from') AS sender, d.name AS domain, count(*) AS count
         FROM campaign c CROSS JOIN domain d ON d.campaign = c.id CROSS JOIN delivery e ON e.domain = d.id AND e.state = 'sent'
         WHERE e.updated_at >= ? AND e.updated_at < ? GROUP BY c.id, d.id`,
        from,
        until,
      ),
    )
    return rows.map((row) => ({
      campaign: String(row['campaign']),
      from: textOf(row['sender']) ?? '',
      domain: String(row['domain']),
      count: Number(row['count']),
    }))
  }

  /** Messages of a campaign in one state, one by one, for an export; without those who were erased. */
  *recipients(campaign: string, state: string): Generator<RecipientLine> {
    const rows = this.#read((db) =>
      db.database
        .prepare(
          `SELECT m.address, e.code, e.reason, e.attempts FROM message m CROSS JOIN delivery e ON e.domain = m.domain AND e.id = m.id
           WHERE m.campaign = (SELECT id FROM campaign WHERE name = ?) AND e.state = ? AND ${notErased} ORDER BY m.id`,
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
    const rows = this.#read((db) => {
      const { from, id } = isRare(db, filter) ? ({ from: 'delivery', id: 'delivery.id' } as const) : inOrder
      return db.all(
        `SELECT ${lineColumns} WHERE m.id IN (SELECT ${id} FROM ${from} WHERE ${where} AND ${id} > ? ORDER BY ${id} LIMIT ?)
         ORDER BY m.id`,
        ...values,
        after,
        limit,
      )
    })
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

  /** All messages to some people, as they are erased. */
  messagesTo(addressKeys: readonly string[]): readonly MessageOf[] {
    const rows = this.#read((db) =>
      db.all(
        `SELECT m.id, m.address_key, e.state, e.due, e.leaf, c.name, c.digest FROM message m CROSS JOIN delivery e ON e.domain = m.domain AND e.id = m.id
         JOIN campaign c ON c.id = m.campaign
         WHERE m.campaign IN (SELECT id FROM campaign) AND m.address_key IN (SELECT value FROM json_each(?)) ORDER BY m.id`,
        JSON.stringify(addressKeys),
      ),
    )
    return rows.map((row) => ({
      id: Number(row['id']),
      addressKey: String(row['address_key']),
      campaign: String(row['name']),
      digest: String(row['digest']),
      state: String(row['state']) as State,
      waits: row['due'] !== null,
      leaf: numberOf(row['leaf']),
    }))
  }

  /** What an order would move now, campaign by campaign. */
  tally({ kind, filter }: Pick<MessageOrder, 'kind' | 'filter'>): readonly Tally[] {
    const { where, values } = conditionOf(filter)
    const rows = this.#read((db) =>
      db.all(
        `SELECT c.name, count(*) AS messages, count(DISTINCT d.name) AS domains, min(d.name) AS domain
         FROM delivery JOIN domain d ON d.id = delivery.domain JOIN campaign c ON c.id = d.campaign
         WHERE ${where} AND ${movable[kind]} GROUP BY d.campaign ORDER BY d.campaign`,
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

  /** How many messages an order moved that was carried out before; undefined where it was not. */
  carriedOut(id: string): number | undefined {
    return this.#read((db) => numberOf(db.get('SELECT messages FROM carried WHERE id = ?', id)?.['messages']))
  }

  /** Messages of a campaign in one state with their rows of the list, for an export. */
  *rows(campaign: string, state: State): Generator<ListRow> {
    const rows = this.#read((db) =>
      db.database
        .prepare(
          `SELECT m.address, m.columns, e.class, e.code, e.reason
           FROM message m CROSS JOIN delivery e ON e.domain = m.domain AND e.id = m.id
           WHERE m.campaign = (SELECT id FROM campaign WHERE name = ?) AND e.state = ? AND ${notErased} ORDER BY m.id`,
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

  /** Messages of a campaign that wait, in order, after the id `after`. */
  addressees(campaign: string, limit: number, after = 0): readonly Addressee[] {
    const rows = this.#read((db) =>
      db.all(
        // By the ids: the index of the campaign's addresses would give all of them, to be put in order for each page.
        `SELECT m.id, m.address_key FROM message m CROSS JOIN delivery e ON e.domain = m.domain AND e.id = m.id
         WHERE +m.campaign = (SELECT id FROM campaign WHERE name = ?) AND e.due IS NOT NULL AND m.id > ? ORDER BY m.id LIMIT ?`,
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

/** There is nobody to name in an export. */
const notErased = `substr(m.address, 1, ${erasedPrefix.length}) <> '${erasedPrefix}'`

const nothing: Pick<Intake, 'suppressed'> = { suppressed: 0 }

/** Which of the chosen messages an order moves. */
const movable: Readonly<Record<MessageOrder['kind'], string>> = {
  release: "delivery.state = 'held'",
  retry: 'delivery.due > 0',
  fail: 'delivery.due IS NOT NULL',
  drop: 'delivery.due IS NOT NULL',
}

/** Messages in the order of the list, as they lie on the disk. */
const inOrder = {
  from: 'message CROSS JOIN delivery ON delivery.domain = message.domain AND delivery.id = message.id',
  id: 'message.id',
} as const

/** Whether it is quicker to find all that are chosen and put them in order than to look at all in order. */
function isRare(db: Statements, { campaign, domain, addressKey, state }: QueueFilter): boolean {
  if (domain !== undefined || addressKey !== undefined) return true
  if (state === undefined) return false
  const row = db.get(
    `SELECT sum(messages) AS total, sum(CASE WHEN state = ?1 THEN messages ELSE 0 END) AS chosen FROM tally
     WHERE ?2 IS NULL OR campaign = (SELECT id FROM campaign WHERE name = ?2)`,
    state,
    campaign ?? null,
  )
  return Number(row?.['chosen']) * 50 < Number(row?.['total'])
}

const lineColumns = `e.*, m.address, c.name AS campaign_name, d.name AS domain_name, d.level
  FROM message m JOIN delivery e ON e.domain = m.domain AND e.id = m.id JOIN campaign c ON c.id = m.campaign JOIN domain d ON d.id = m.domain`

const leased = `SELECT e.id, e.domain, e.attempts, e.leaf, m.address, m.key, c.name AS campaign_name, d.name AS domain_name
  FROM delivery e CROSS JOIN message m ON m.id = e.id CROSS JOIN domain d ON d.id = e.domain CROSS JOIN campaign c ON c.id = d.campaign
  WHERE e.state = 'leased'`

function readInFlight(row: Record<string, SQLOutputValue>): InFlightMessage {
  return {
    id: Number(row['id']),
    domainId: Number(row['domain']),
    campaign: String(row['campaign_name']),
    domain: String(row['domain_name']),
    address: String(row['address']),
    // A BLOB, which node:sqlite gives as Uint8Array.
    key: row['key'] as Uint8Array,
    attempt: Number(row['attempts']),
    leaf: numberOf(row['leaf']),
  }
}

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
    begunAt: number('begun_at'),
    updatedAt: Number(row['updated_at']),
    reason: String(row['reason']),
    class: text('class'),
    code: number('code'),
    enhanced: text('enhanced'),
    verdict: String(row['verdict']),
    host: text('host'),
    tls: text('tls'),
    leaf: number('leaf'),
  }
}
