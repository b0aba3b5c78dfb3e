import type { SQLInputValue } from 'node:sqlite'
import type { Outcome, Strength } from '../../evidence/index.ts'
import type { Statements } from '../statements.ts'

/** Which attempts are counted; all that is named must hold. */
export interface CountChoice {
  readonly campaign?: string
  /** Milliseconds since the epoch: from this one on, and before that one. */
  readonly since?: number
  readonly until?: number
}

/** Attempts that share all that is named here. */
export interface AttemptCount {
  readonly campaign: string
  /** The leaf of their session; null where none is known. */
  readonly session: number | null
  readonly outcome: Outcome
  readonly strength: Strength
  readonly attempts: number
  readonly octets: number
}

/** Messages that were delivered within some time, by the verdict on their sessions. */
export interface DeliveredCount {
  /** Its beginning, milliseconds since the epoch. */
  readonly at: number
  /** Null where no session is known. */
  readonly verdict: string | null
  readonly messages: number
}

/** The first and last attempt, milliseconds since the epoch. */
export interface AttemptSpan {
  readonly first: number
  readonly last: number
}

export function countAttempts(db: Statements, choice: CountChoice): readonly AttemptCount[] {
  const { where, values } = choose(choice)
  return db
    .all(
      `SELECT c.name AS campaign, a.session, a.outcome, a.strength, count(*) AS attempts, sum(ifnull(a.octets, 0)) AS octets
       FROM attempt a JOIN campaign c ON c.id = a.campaign ${where} GROUP BY a.campaign, a.session, a.outcome, a.strength`,
      ...values,
    )
    .map((row) => ({
      campaign: String(row['campaign']),
      session: row['session'] === null ? null : Number(row['session']),
      // This program wrote one of these.
      outcome: String(row['outcome']) as Outcome,
      strength: String(row['strength']) as Strength,
      attempts: Number(row['attempts']),
      octets: Number(row['octets']),
    }))
}

/** @param step milliseconds that are counted together */
export function countDelivered(db: Statements, choice: CountChoice, step: number): readonly DeliveredCount[] {
  const { where, values } = choose(choice, "a.outcome = 'delivered'")
  return db
    .all(
      `SELECT a.time / CAST(? AS INTEGER) * CAST(? AS INTEGER) AS at, s.verdict, count(*) AS messages
       FROM attempt a JOIN campaign c ON c.id = a.campaign LEFT JOIN session s ON s.leaf = a.session ${where} GROUP BY 1, 2 ORDER BY 1, 2`,
      step,
      step,
      ...values,
    )
    .map((row) => ({
      at: Number(row['at']),
      verdict: row['verdict'] === null ? null : String(row['verdict']),
      messages: Number(row['messages']),
    }))
}

export function spanAttempts(db: Statements, choice: CountChoice): AttemptSpan | undefined {
  const { where, values } = choose(choice)
  const row = db.get(
    `SELECT min(a.time) AS first, max(a.time) AS last FROM attempt a JOIN campaign c ON c.id = a.campaign ${where}`,
    ...values,
  )
  return row?.['first'] === null || row?.['first'] === undefined
    ? undefined
    : { first: Number(row['first']), last: Number(row['last']) }
}

function choose({ campaign, since, until }: CountChoice, ...more: string[]): { where: string; values: SQLInputValue[] } {
  const terms = [...more]
  const values: SQLInputValue[] = []
  const add = (term: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return
    terms.push(term)
    values.push(value)
  }
  add('c.name = ?', campaign)
  add('a.time >= ?', since)
  add('a.time < ?', until)
  return { where: terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '', values }
}
