import { SealpostError } from '../../errors.ts'
import { explain } from '../failure.ts'
import { type Operations, operations } from './operations.ts'
import { type Answer, type Request, flattenError } from './protocol.ts'
import type { Statements } from '../statements.ts'

/** Result codes (sqlite.org/rescode.html) for which the request itself is to blame: ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE. */
const ownFault: ReadonlySet<number> = new Set([1, 18, 19, 20, 25])

/**
 * Does several requests in one transaction, so that they share one wait for the disk. A request that makes no sense is
 * undone alone; where the machine fails (a full disk), none of them is done. The answers are true when they are given:
 * what they say is on the disk.
 */
export function runGroup(db: Statements, path: string, requests: readonly Request[]): Answer[] {
  try {
    db.database.exec('BEGIN IMMEDIATE')
    const answers = requests.map((request) => runOne(db, path, request))
    db.database.exec('COMMIT')
    return answers
  } catch (error) {
    // SQLite has rolled back by itself where the disk was full.
    if (db.database.isTransaction) db.database.exec('ROLLBACK')
    const plain = flattenError(explain(error, path))
    return requests.map(({ id }) => ({ kind: 'failed', id, error: plain }))
  }
}

function runOne(db: Statements, path: string, { id, name, values }: Request): Answer {
  db.run('SAVEPOINT request')
  try {
    // The other end of the port is `QueueWriter.call`, which has the names and values from the same table.
    const operation = operations[name as keyof Operations] as (db: Statements, ...values: readonly unknown[]) => unknown
    const value = operation(db, ...values)
    db.run('RELEASE request')
    return { kind: 'done', id, value }
  } catch (error) {
    if (!db.database.isTransaction || !isOwnFault(error)) throw error
    db.run('ROLLBACK TO request')
    db.run('RELEASE request')
    return { kind: 'failed', id, error: flattenError(explain(error, path)) }
  }
}

function isOwnFault(error: unknown): boolean {
  if (error instanceof SealpostError) return true
  return !(error instanceof Error && 'errcode' in error) || ownFault.has(Number(error.errcode) & 0xff)
}
