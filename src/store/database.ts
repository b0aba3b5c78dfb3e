import { copyFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SealpostError } from '../errors.ts'
import { makeFolder } from '../folder.ts'
import { guard } from './failure.ts'
import { makePrivate } from './privateFile.ts'
import { steps } from './schema.ts'

/** Milliseconds to wait for another process that opens or closes the file at this moment. */
const patience = 5_000

/** An open database and the lock that keeps a second writer away. */
export interface Opened {
  readonly database: DatabaseSync
  readonly path: string
  close(): void
}

/**
 * Opens `queue.db` in a folder, makes it where it is missing, and brings an older one up to date after keeping a copy.
 *
 * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL
 */
export function openForWriting(folder: string, to: readonly string[] = steps): Opened {
  const path = join(folder, 'queue.db')
  makeFolder(folder)
  const lock = takeLock(folder)
  try {
    const database = openFile(path, to)
    return {
      database,
      path,
      close: () => {
        for (const one of [database, lock]) if (one.isOpen) one.close()
      },
    }
  } catch (error) {
    lock.close()
    throw error
  }
}

/** The same for a file that several processes may write to; nobody is kept away. */
export function openShared(folder: string, name: string, steps: readonly string[]): Opened {
  const path = join(folder, name)
  makeFolder(folder)
  const database = openFile(path, steps)
  return {
    database,
    path,
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

/** Opens a file and brings it up to date. Who calls it sees to it that nobody is in the way. */
export function openFile(path: string, steps: readonly string[]): DatabaseSync {
  makePrivate(path)
  const database = guard(path, () => new DatabaseSync(path, { timeout: patience }))
  try {
    guard(path, () => {
      // FULL: a commit is on the disk when it returns, also after a power cut (sqlite.org/pragma.html#pragma_synchronous).
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
      upgrade(database, path, steps)
    })
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** Opens an existing database to read from it, beside a writer if there is one. */
export function openForReading(folder: string, written: readonly string[] = steps): Opened {
  const path = join(folder, 'queue.db')
  if (!existsSync(path))
    throw new SealpostError('SP_FILE_MISSING', { where: path, next: 'Name the data folder of a campaign that was sent.' })
  // An auditor's may be one that somebody made for him: a pipe never opens.
  if (!statSync(path).isFile()) throw new SealpostError('SP_STORE_DAMAGED', { where: path, what: 'It is not a file' })
  const database = guard(path, () => new DatabaseSync(path, { readOnly: true, timeout: patience }))
  try {
    guard(path, () => {
      refuseViews(database, path)
      refuseNewer(versionOf(database), path, written)
      if (versionOf(database) < written.length)
        throw new SealpostError('SP_STORE_DAMAGED', {
          where: path,
          what: 'The database is older than this version of Sealpost, or empty',
          next: 'Run sealpost send once to bring it up to date.',
        })
    })
  } catch (error) {
    database.close()
    throw error
  }
  return {
    database,
    path,
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

/** There are none here: one in the place of a table could be looked at without end. */
function refuseViews(database: DatabaseSync, path: string): void {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'view' LIMIT 1").get())
    throw new SealpostError('SP_STORE_DAMAGED', { where: path, what: 'It has a view, and none was made here' })
}

/** A second, empty database held in an exclusive transaction: the system lets go of it when the process dies. */
export function takeLock(folder: string): DatabaseSync {
  const path = join(folder, 'lock.db')
  makePrivate(path)
  const lock = guard(path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    guard(path, () => {
      lock.exec('BEGIN EXCLUSIVE')
    })
    return lock
  } catch (error) {
    lock.close()
    throw error instanceof SealpostError && error.code === 'SP_STORE_IN_USE'
      ? new SealpostError('SP_STORE_IN_USE', { where: folder, cause: error })
      : error
  }
}

function upgrade(database: DatabaseSync, path: string, steps: readonly string[]): void {
  const version = versionOf(database)
  refuseNewer(version, path, steps)
  if (version === steps.length) return
  if (version > 0) {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    copyFileSync(path, `${path}.version${version}`)
  }
  database.exec('BEGIN IMMEDIATE')
  // Read again: where several may write, another may have done it meanwhile.
  for (const step of steps.slice(versionOf(database))) database.exec(step)
  database.exec(`PRAGMA user_version = ${steps.length}; COMMIT`)
}

export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

export function refuseNewer(version: number, path: string, steps: readonly string[]): void {
  if (version > steps.length) {
    throw new SealpostError('SP_STORE_NEWER', {
      where: path,
      what: `The data was written by a newer version of Sealpost (schema ${version}, this one knows ${steps.length})`,
    })
  }
}
