import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync, backup } from 'node:sqlite'
import { dirname } from 'node:path'
import { SealpostError, systemError } from '../../errors.ts'
import { openForReading } from '../database.ts'
import { explain, guard } from '../failure.ts'
import { queueSteps } from './schema.ts'

/** Pages copied at a time, between which others have their turn. */
const rate = 1_000

/**
 * Copies the queue into a file, as it was at one moment, while others go on writing it. The file is whole and sound, or
 * not there.
 *
 * @param onProgress is told how many of the pages are copied
 * @throws SealpostError SP_FILE_EXISTS, SP_FILE_MISSING, SP_DISK_FULL, SP_STORE_DAMAGED
 */
export async function backUpQueue(
  folder: string,
  target: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  if (existsSync(target)) throw new SealpostError('SP_FILE_EXISTS', { where: target })
  const part = `${target}.part`
  const opened = openForReading(folder, queueSteps)
  try {
    rmSync(part, { force: true })
    // Addresses are in it: for its owner alone.
    closeSync(openSync(part, 'wx', 0o600))
    // A read transaction that stays open holds one state of the database; without it each commit of the writer would
    // begin the copy anew (sqlite.org/backup.html).
    guard(opened.path, () => {
      opened.database.exec('BEGIN; SELECT count(*) FROM campaign')
    })
    await backup(opened.database, part, {
      rate,
      progress: ({ totalPages, remainingPages }) => onProgress(totalPages - remainingPages, totalPages),
    })
    requireSound(part)
    putInPlace(part, target)
  } catch (error) {
    rmSync(part, { force: true })
    throw isOfSystem(error) ? systemError(error, target, 'SP_FILE_UNWRITABLE') : explain(error, target)
  } finally {
    opened.close()
  }
}

/** @throws SealpostError SP_STORE_DAMAGED */
export function requireSound(path: string): void {
  const database = guard(path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    const found = guard(path, () => database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'])
    if (found !== 'ok')
      throw new SealpostError('SP_STORE_DAMAGED', { where: path, what: `A database file is damaged: ${String(found)}` })
  } finally {
    database.close()
  }
}

/** Gives a file its name when all of it is on the disk, and not before. */
export function putInPlace(part: string, target: string): void {
  syncPath(part)
  renameSync(part, target)
  syncPath(dirname(target))
}

function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
