import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SealpostError } from '../../errors.ts'
import { guard } from '../failure.ts'

/** Milliseconds to wait for who reads or writes the file at this moment. */
const patience = 10_000

/** The same where others wait meanwhile for who asks. */
const hurry = 100

/**
 * Sees to it that nothing of what was deleted or changed is left in the files of a database: it is written anew without it,
 * and the log beside it is emptied. Deleting with `secure_delete` alone is not enough: what was deleted before that was on, and
 * what SQLite moved from page to page, may still stand in the space between rows.
 *
 * @throws SealpostError SP_STORE_IN_USE where somebody reads an older state meanwhile, SP_DISK_FULL: it needs as much room again
 */
export function scrub(database: DatabaseSync, path: string): void {
  guard(path, () => {
    // Without it pages are written with whatever was in the memory that they were made in.
    database.exec('PRAGMA secure_delete = ON; VACUUM')
  })
  emptyLog(database, path)
}

/** Copies what the log beside a file holds into it, and empties the log. @throws SealpostError SP_STORE_IN_USE, SP_DISK_FULL */
export function emptyLog(database: DatabaseSync, path: string): void {
  guard(path, () => {
    const row = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    if (row?.['busy'] === 0) return
    throw new SealpostError('SP_STORE_IN_USE', {
      where: path,
      what: 'Another program reads the file, so that what was erased still stands in the log beside it',
      next: 'Run the same command again.',
    })
  })
}

/**
 * The same for who must not be held up: where somebody reads an older state, that is found before the file is written anew,
 * which could be for nothing again and again, and make the log as much longer each time.
 *
 * @throws SealpostError SP_STORE_IN_USE, SP_DISK_FULL
 */
export function scrubUnlessRead(database: DatabaseSync, path: string): void {
  const waits = Number(database.prepare('PRAGMA busy_timeout').get()?.['timeout'] ?? 0)
  database.exec(`PRAGMA busy_timeout = ${hurry}`)
  try {
    emptyLog(database, path)
  } finally {
    database.exec(`PRAGMA busy_timeout = ${waits}`)
  }
  scrub(database, path)
}

/** `scrub` for a file that nobody need have open. One that is not there is left so. */
export function scrubFile(path: string): void {
  if (!existsSync(path)) return
  using database = guard(path, () => new DatabaseSync(path, { timeout: patience }))
  scrub(database, path)
}

/** `scrubUnlessRead` for a file that nobody need have open. */
export function scrubFileUnlessRead(path: string): void {
  if (!existsSync(path)) return
  using database = guard(path, () => new DatabaseSync(path, { timeout: hurry * 10 }))
  scrubUnlessRead(database, path)
}
