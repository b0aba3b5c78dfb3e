import type { DatabaseSync } from 'node:sqlite'
import { type Order, type OrderResult, orderResultSchema, parseOrder } from '../queue/index.ts'
import { controlSteps } from './controlSchema.ts'
import { type Opened, openShared } from './database.ts'
import { guard } from './failure.ts'

/** Orders read at a time, octets of one that are looked at, and campaigns that may be paused. */
const most = { orders: 100, octets: 20_000, paused: 10_000 } as const

/** Milliseconds for which what became of an order can be asked. */
const keepMs = 7 * 86_400_000

/** An order in the book. One that makes no sense has no `order`; another program may have written it. */
export interface WaitingOrder {
  readonly id: string
  readonly order: Order | undefined
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
      this.#db.prepare('DELETE FROM orders WHERE done_at < ?').run(order.at - keepMs)
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

  /** Writes down what became of an order. */
  finish(id: string, result: OrderResult, now: number): void {
    this.#guard(() => {
      this.#db
        .prepare('UPDATE orders SET result = ?, done_at = ? WHERE id = ? AND result IS NULL')
        .run(JSON.stringify(result), now, id)
    })
  }

  /** Carries out an order to pause a campaign or to go on with it, and writes that down, in one transaction. */
  finishPause({ id, kind, campaign }: Extract<Order, { kind: 'pause' | 'resume' }>, now: number): void {
    this.#guard(() => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        if (kind === 'pause') this.#db.prepare('INSERT OR IGNORE INTO paused (campaign, at) VALUES (?, ?)').run(campaign, now)
        else this.#db.prepare('DELETE FROM paused WHERE campaign = ?').run(campaign)
        const result: OrderResult = { kind: 'done', count: 0 }
        this.#db
          .prepare('UPDATE orders SET result = ?, done_at = ? WHERE id = ? AND result IS NULL')
          .run(JSON.stringify(result), now, id)
        this.#db.exec('COMMIT')
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }

  /** Campaigns of which nothing new is to be begun. */
  paused(): ReadonlySet<string> {
    const rows = this.#guard(() => this.#db.prepare('SELECT campaign FROM paused LIMIT ?').all(most.paused))
    return new Set(rows.map((row) => String(row['campaign'])))
  }

  #guard<T>(action: () => T): T {
    return guard(this.#opened.path, action)
  }
}
