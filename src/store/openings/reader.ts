import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { AttemptOpening, Peer, SessionOpening, SessionTls } from '../../evidence/index.ts'
import { type Opened, openShared } from '../database.ts'
import { guard } from '../failure.ts'
import { Statements } from '../statements.ts'
import { damagedOpenings, openingsName } from './openings.ts'
import {
  type AttemptCount,
  type AttemptSpan,
  type CountChoice,
  type DeliveredCount,
  countAttempts,
  countDelivered,
  spanAttempts,
} from './count.ts'
import { openingsSteps } from './schema.ts'

/** A session as it was recorded. */
export interface OpenedSession extends Omit<SessionOpening, 'peer'> {
  /** As it was committed to: canonical JSON. */
  readonly peerText: string
  readonly peer: Peer
}

/** An attempt as it was recorded. */
export type OpenedAttempt = AttemptOpening

/** Which attempts; all that is named must hold. */
export interface AttemptChoice {
  readonly campaign?: string
  /** Leaves from this one on. */
  readonly from?: number
  /** Milliseconds since the epoch. */
  readonly since?: number
  readonly outcome?: AttemptOpening['outcome']
}

/** A message is not tried more often than this: a chain that is longer leads in a circle. */
const mostAttempts = 10_000

const attemptColumns = `a.leaf, a.previous, a.session, c.name AS campaign, a.domain, a.number, a.time, a.message, a.octets,
  a.outcome, a.code, a.enhanced, a.reply, a.strength`

/** Reads `openings.db`, beside its writer if there is one. */
export class OpeningsReader implements Disposable {
  readonly #opened: Opened
  readonly #db: Statements

  private constructor(opened: Opened) {
    this.#opened = opened
    this.#db = new Statements(opened.database)
  }

  /** Undefined where a data folder has none. @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED */
  static open(folder: string): OpeningsReader | undefined {
    if (!existsSync(join(folder, openingsName))) return undefined
    const opened = openShared(folder, openingsName, openingsSteps)
    guard(opened.path, () => {
      opened.database.exec('PRAGMA query_only = ON')
    })
    return new OpeningsReader(opened)
  }

  [Symbol.dispose](): void {
    this.#opened.close()
  }

  attempt(leaf: number): OpenedAttempt | undefined {
    const row = this.#get(`SELECT ${attemptColumns} FROM attempt a JOIN campaign c ON c.id = a.campaign WHERE a.leaf = ?`, leaf)
    return row && toAttempt(row)
  }

  /** The attempts of one message, the last one first, from the leaf of that one. */
  attemptsOf(leaf: number): readonly OpenedAttempt[] {
    const attempts: OpenedAttempt[] = []
    for (let at: number | null = leaf; at !== null && attempts.length < mostAttempts;) {
      const attempt = this.attempt(at)
      if (!attempt) break
      attempts.push(attempt)
      // Each was there before the one that names it.
      at = attempt.previous !== null && attempt.previous < at ? attempt.previous : null
    }
    return attempts
  }

  session(leaf: number): OpenedSession | undefined {
    const row = this.#get('SELECT * FROM session WHERE leaf = ?', leaf)
    return row && this.#toSession(row)
  }

  /** The DER of a certificate, by its SHA-256 in hex. */
  certificate(sha256: string): Uint8Array | undefined {
    const row = this.#get('SELECT der FROM certificate WHERE sha256 = ?', Buffer.from(sha256, 'hex'))
    return row && (octetsOf(row['der']) ?? undefined)
  }

  /** Attempts that are chosen, in the order of their leaves. */
  *attempts({ campaign, from = 0, since, outcome }: AttemptChoice = {}): Generator<OpenedAttempt> {
    const where = ['a.leaf >= ?']
    const values: (string | number)[] = [from]
    const choose = (term: string, value: string | number | undefined): void => {
      if (value === undefined) return
      where.push(term)
      values.push(value)
    }
    choose('a.campaign = (SELECT id FROM campaign WHERE name = ?)', campaign)
    choose('a.time >= ?', since)
    choose('a.outcome = ?', outcome)
    yield* this.#iterate(
      `SELECT ${attemptColumns} FROM attempt a JOIN campaign c ON c.id = a.campaign WHERE ${where.join(' AND ')} ORDER BY a.leaf`,
      values,
      toAttempt,
    )
  }

  /** Sessions in the order of their leaves, from one on. */
  *sessions(from = 0): Generator<OpenedSession> {
    yield* this.#iterate('SELECT * FROM session WHERE leaf >= ? ORDER BY leaf', [from], (row) => this.#toSession(row))
  }

  /** How many attempts there were, by what a report tells apart. */
  counts(choice: CountChoice): readonly AttemptCount[] {
    return guard(this.#opened.path, () => countAttempts(this.#db, choice))
  }

  /** Messages delivered over time. @param step milliseconds that are counted together */
  delivered(choice: CountChoice, step: number): readonly DeliveredCount[] {
    return guard(this.#opened.path, () => countDelivered(this.#db, choice, step))
  }

  /** When the first and the last attempt was; undefined where there was none. */
  span(choice: CountChoice): AttemptSpan | undefined {
    return guard(this.#opened.path, () => spanAttempts(this.#db, choice))
  }

  *#iterate<T>(sql: string, values: readonly (string | number)[], convert: (row: Row) => T): Generator<T> {
    const { database, path } = this.#opened
    const rows = guard(path, () => iterate(database, sql, values))
    for (;;) {
      const next = guard(path, () => rows.next())
      if (next.done) return
      yield convert(next.value)
    }
  }

  #get(sql: string, value: string | number | Uint8Array): Row | undefined {
    return guard(this.#opened.path, () => this.#db.get(sql, value))
  }

  #toSession(row: Row): OpenedSession {
    const peerText = String(row['peer'])
    try {
      return {
        kind: 'session',
        leaf: Number(row['leaf']),
        id: Buffer.from(octetsOf(row['id']) ?? []).toString('base64url'),
        key: octetsOf(row['key']) ?? undefined,
        peerText,
        // This program wrote it; whoever shows it to others gives the text, which is checked against the commitment.
        peer: JSON.parse(peerText) as Peer,
        time: Number(row['time']),
        port: Number(row['port']),
        level: String(row['level']),
        voucher: textOf(row['voucher']) as OpenedSession['voucher'],
        verdict: String(row['verdict']),
        cause: String(row['cause']),
        decision: String(row['decision']),
        tls: row['tls'] === null ? null : (JSON.parse(String(row['tls'])) as SessionTls),
        software: String(row['software']),
      }
    } catch (error) {
      throw damagedOpenings(this.#opened.path, error)
    }
  }
}

type Row = Record<string, SQLOutputValue>

function iterate(database: DatabaseSync, sql: string, values: readonly (string | number)[]): Iterator<Row, undefined> {
  return database.prepare(sql).iterate(...values) as Iterator<Row, undefined>
}

function toAttempt(row: Row): OpenedAttempt {
  return {
    kind: 'attempt',
    leaf: Number(row['leaf']),
    previous: numberOf(row['previous']),
    session: numberOf(row['session']),
    campaign: String(row['campaign']),
    domain: String(row['domain']),
    number: Number(row['number']),
    time: Number(row['time']),
    message: unlessErased(octetsOf(row['message'])),
    octets: numberOf(row['octets']),
    // This program wrote one of these.
    outcome: String(row['outcome']) as OpenedAttempt['outcome'],
    code: numberOf(row['code']),
    enhanced: textOf(row['enhanced']),
    reply: textOf(row['reply'])?.trim() ? textOf(row['reply']) : null,
    strength: String(row['strength']) as OpenedAttempt['strength'],
  }
}

function numberOf(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

function textOf(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

/** Zeros stand where a hash was erased. */
function unlessErased(octets: Uint8Array | null): Uint8Array | null {
  return octets?.some((octet) => octet !== 0) ? octets : null
}

function octetsOf(value: SQLOutputValue | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null
}
