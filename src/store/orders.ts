import type { DatabaseSync } from 'node:sqlite'
import {
  type CampaignOrder,
  type EraseOrder,
  type Order,
  type OrderResult,
  orderResultSchema,
  parseOrder,
} from '../queue/index.ts'
import { controlSteps } from './controlSchema.ts'
import { type Opened, openShared } from './database.ts'
import { Mentions, scrub } from './erase/index.ts'
import { guard } from './failure.ts'
import { changeTogether } from './transaction.ts'

/** Orders read at a time, octets of one that are looked at, and campaigns that may be paused. */
const most = { orders: 100, octets: 20_000, paused: 10_000 } as const

/** Milliseconds for which what became of an order can be asked. */
const keepMs = 7 * 86_400_000

/** Orders that the evidence tells of, and milliseconds for which it can be asked who gave one. */
const recorded: readonly string[] = ['release', 'fail', 'drop', 'cancel', 'erase']
const keepRecordedMs = 3 * 365 * 86_400_000

/** What becomes of an order that waits and names somebody who is erased. */
const erasedBefore: OrderResult = { kind: 'refused', why: 'whom it names was erased' }

/** In place of who is erased: it is nobody's address, so that an order never means more than it did. */
const nobody = '(erased)'

/** An order in the book. One that makes no sense has no `order`; another program may have written it. */
export interface WaitingOrder {
  readonly id: string
  readonly order: Order | undefined
}

/** Who stopped a campaign, and when (milliseconds since the epoch). */
export interface Stopped {
  readonly at: number
  readonly by: string
}

/** What a pre-flight came to: the digest of what was looked at, and recipients by what would happen to them. */
export interface KeptPreflight {
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly send: number
  readonly hold: number
  readonly later: number
  readonly fail: number
}

/** What people order of a queue that another process has in hand, in `control.db`: several may write it. */
export class OrderBook implements Disposable {
  readonly #opened: Opened
  readonly #db: DatabaseSync

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = opened.database
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_DISK_FULL */
  static open(folder: string): OrderBook {
    return new OrderBook(openShared(folder, 'control.db', controlSteps))
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  /** Writes an order down; it is on the disk when this returns. */
  put(order: Order): void {
    this.#guard(() => {
      this.#db
        .prepare(
          `DELETE FROM orders WHERE done_at < ? AND (done_at < ? OR ifnull(json_extract(body, '$.kind'), '') NOT IN (SELECT value FROM json_each(?)))`,
        )
        .run(order.at - keepMs, order.at - keepRecordedMs, JSON.stringify(recorded))
      this.#db.prepare('INSERT INTO orders (id, at, body) VALUES (?, ?, ?)').run(order.id, order.at, JSON.stringify(order))
    })
  }

  /** Orders that nobody has carried out, in the order in which they were given; a part of them where they are many. */
  waiting(): readonly WaitingOrder[] {
    const rows = this.#guard(() =>
      this.#db
        .prepare('SELECT id, substr(body, 1, ?) AS body FROM orders WHERE result IS NULL ORDER BY at, rowid LIMIT ?')
        .all(most.octets, most.orders),
    )
    return rows.map((row) => {
      const id = String(row['id'])
      const order = parseOrder(String(row['body']))
      return { id, order: order?.id === id ? order : undefined }
    })
  }

  /** What became of an order; undefined while it waits, or where it is not known. */
  result(id: string): OrderResult | undefined {
    const row = this.#guard(() => this.#db.prepare('SELECT result FROM orders WHERE id = ?').get(id))
    if (typeof row?.['result'] !== 'string') return undefined
    try {
      return orderResultSchema.safeParse(JSON.parse(row['result'])).data
    } catch {
      return undefined
    }
  }

  /** The user who gave an order; undefined where that is not known any more. */
  orderedBy(id: string): string | undefined {
    const row = this.#guard(() => this.#db.prepare(`SELECT json_extract(body, '$.by') AS by FROM orders WHERE id = ?`).get(id))
    return typeof row?.['by'] === 'string' ? row['by'] : undefined
  }

  /** Writes down what became of an order. */
  finish(id: string, result: OrderResult, now: number): void {
    this.#guard(() => {
      this.#db
        .prepare('UPDATE orders SET result = ?, done_at = ? WHERE id = ? AND result IS NULL')
        .run(JSON.stringify(result), now, id)
    })
  }

  /** Writes down what became of an order to erase, and leaves nothing of it in the file but who gave it, and when. */
  finishErase(order: EraseOrder, result: OrderResult, now: number): void {
    this.#guard(() => {
      this.#db.exec('PRAGMA secure_delete = ON')
      this.#db
        .prepare('UPDATE orders SET body = ?, result = ?, done_at = ? WHERE id = ?')
        .run(JSON.stringify(signatureOf(order)), JSON.stringify(result), now, order.id)
    })
    scrub(this.#db, this.#opened.path)
  }

  /** Carries out an order to pause a campaign, to go on with it, or to end it, and writes that down, in one transaction. */
  finishCampaign(order: CampaignOrder, count: number, now: number): void {
    const { id, kind, campaign, by } = order
    changeTogether(this.#db, this.#opened.path, () => {
      if (kind === 'resume') this.#db.prepare('DELETE FROM paused WHERE campaign = ?').run(campaign)
      else {
        const table = kind === 'pause' ? 'paused' : 'cancelled'
        this.#db.prepare(`INSERT OR IGNORE INTO ${table} (campaign, at, by) VALUES (?, ?, ?)`).run(campaign, now, by)
      }
      const result: OrderResult = { kind: 'done', count }
      this.#db
        .prepare('UPDATE orders SET result = ?, done_at = ? WHERE id = ? AND result IS NULL')
        .run(JSON.stringify(result), now, id)
    })
  }

  /** How many orders name these people. */
  countOf(addressKeys: readonly string[]): number {
    return this.#guard(() => this.#naming(addressKeys).length)
  }

  /**
   * Takes people out of orders that name them; how many orders. Of those that the evidence tells of stays who gave them; others
   * are deleted. What was to be done with their messages is not any more.
   */
  erase(addressKeys: readonly string[], now: number): number {
    const mentions = new Mentions(addressKeys)
    return changeTogether(this.#db, this.#opened.path, () => {
      this.#db.exec('PRAGMA secure_delete = ON')
      const naming = this.#naming(addressKeys)
      const blank = this.#db.prepare('UPDATE orders SET body = ?, result = ?, done_at = ifnull(done_at, ?) WHERE rowid = ?')
      for (const { id, result, order } of naming) {
        if (!order || !recorded.includes(order.kind)) this.#db.prepare('DELETE FROM orders WHERE rowid = ?').run(id)
        else
          blank.run(
            mentions.takeOut(JSON.stringify(order.kind === 'erase' ? signatureOf(order) : withoutAddress(order, addressKeys))),
            mentions.takeOut(result === '' ? JSON.stringify(erasedBefore) : result),
            now,
            id,
          )
      }
      return naming.length
    })
  }

  #naming(addressKeys: readonly string[]): readonly NamingOrder[] {
    const mentions = new Mentions(addressKeys)
    const rows = this.#db.prepare("SELECT rowid AS id, body, ifnull(result, '') AS result FROM orders").all()
    return rows.flatMap((row) => {
      const [id, body, result] = [Number(row['id']), String(row['body']), String(row['result'])]
      const order = parseOrder(body)
      // What is to erase them has them until it was carried out.
      if (order?.kind === 'erase' && result === '') return []
      const named =
        order !== undefined &&
        (order.kind === 'erase'
          ? order.addressKeys.some((key) => addressKeys.includes(key))
          : withoutAddress(order, addressKeys) !== order)
      return named || mentions.isIn(body) || mentions.isIn(result) ? [{ id, result, order }] : []
    })
  }

  /** Campaigns that a person lets rest. */
  paused(): ReadonlyMap<string, Stopped> {
    return this.#stopped('paused')
  }

  /** Campaigns that a person ended. */
  cancelled(): ReadonlyMap<string, Stopped> {
    return this.#stopped('cancelled')
  }

  #stopped(table: 'paused' | 'cancelled'): ReadonlyMap<string, Stopped> {
    const rows = this.#guard(() =>
      this.#db.prepare(`SELECT campaign, at, substr(by, 1, 200) AS by FROM ${table} LIMIT ?`).all(most.paused),
    )
    return new Map(rows.map((row) => [String(row['campaign']), { at: Number(row['at']), by: String(row['by']) }]))
  }

  /** Remembers the last pre-flight of a campaign. */
  keepPreflight(campaign: string, { digest, at, send, hold, later, fail }: KeptPreflight): void {
    this.#guard(() => {
      this.#db
        .prepare('INSERT OR REPLACE INTO preflight (campaign, digest, at, send, hold, later, fail) VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(campaign, digest, at, send, hold, later, fail)
    })
  }

  preflights(): ReadonlyMap<string, KeptPreflight> {
    const rows = this.#guard(() => this.#db.prepare('SELECT * FROM preflight ORDER BY at LIMIT ?').all(most.paused))
    return new Map(
      rows.map((row) => {
        const number = (name: string): number => Number(row[name])
        const summary = { send: number('send'), hold: number('hold'), later: number('later'), fail: number('fail') }
        return [String(row['campaign']), { digest: String(row['digest']), at: number('at'), ...summary }]
      }),
    )
  }

  #guard<T>(action: () => T): T {
    return guard(this.#opened.path, action)
  }
}

interface NamingOrder {
  readonly id: number
  readonly result: string
  /** Undefined where it makes no sense. */
  readonly order: Order | undefined
}

/** The same order where it does not name one of these by address. */
function withoutAddress(order: Order, addressKeys: readonly string[]): Order {
  if (!('filter' in order) || order.filter.addressKey === undefined || !addressKeys.includes(order.filter.addressKey))
    return order
  return { ...order, filter: { ...order.filter, addressKey: nobody } }
}

/** What stays of an order to erase. */
function signatureOf({ id, at, by, kind }: EraseOrder): Omit<EraseOrder, 'addressKeys' | 'found'> {
  return { id, at, by, kind }
}
