import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { SealpostError, systemError } from '../../errors.ts'
import { makeFolder } from '../../folder.ts'
import { refuseNewer, takeLock, versionOf } from '../database.ts'
import { guard } from '../failure.ts'
import { putInPlace, requireSound } from './backup.ts'
import { QueueCopy } from './copy.ts'
import { queueSteps } from './schema.ts'

/**
 * Puts a copy of a queue back into a data folder. A queue that is there is replaced only if that is wanted, and kept as
 * `queue.db.replaced`. While the queue is locked, and before it has any effect, `prepare` sees to the copy: what it throws
 * leaves everything as it was.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_STORE_DAMAGED, SP_STORE_NEWER, SP_STORE_IN_USE, SP_FILE_EXISTS, SP_DISK_FULL
 */
export async function restoreQueue(
  from: string,
  folder: string,
  options: { readonly replace: boolean; readonly prepare?: (copy: QueueCopy) => Promise<void> },
): Promise<void> {
  if (!existsSync(from)) throw new SealpostError('SP_FILE_MISSING', { where: from })
  makeFolder(folder)
  const lock = takeLock(folder)
  const path = join(folder, 'queue.db')
  const part = `${path}.part`
  try {
    if (existsSync(path) && !options.replace)
      throw new SealpostError('SP_FILE_EXISTS', { where: path, what: 'There is a queue already' })
    // What was damaged on the way is found too: it is the copy that is looked at.
    copyFileSync(from, part)
    requireQueue(part, from)
    await prepareCopy(part, options.prepare)
    if (existsSync(path)) setAside(path)
    putInPlace(part, path)
  } catch (error) {
    throw systemError(error, from, 'SP_FILE_UNREADABLE')
  } finally {
    const kept = queueSteps.map((_, version) => `.version${version}`)
    for (const suffix of ['', '-wal', '-shm', ...kept]) rmSync(`${part}${suffix}`, { force: true })
    lock.close()
  }
}

async function prepareCopy(part: string, prepare: ((copy: QueueCopy) => Promise<void>) | undefined): Promise<void> {
  if (!prepare) return
  using copy = QueueCopy.open(part)
  await prepare(copy)
}

function requireQueue(part: string, from: string): void {
  requireSound(part)
  const database = guard(from, () => new DatabaseSync(part))
  try {
    const version = guard(from, () => versionOf(database))
    refuseNewer(version, from, queueSteps)
    const queue = guard(from, () => database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'message'").get())
    if (version === 0 || !queue)
      throw new SealpostError('SP_STORE_DAMAGED', { where: from, what: 'The file is a database, but no queue of Sealpost' })
    // The copy has no log beside it when it gets its name.
    guard(from, () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
  } finally {
    database.close()
  }
}

/** Its log is copied into it first where that is still possible, and moved with it where it is not. */
function setAside(path: string): void {
  try {
    const database = new DatabaseSync(path)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
  } catch {
    // A damaged queue is what is replaced most often.
  }
  for (const suffix of ['-wal', '-shm', '']) {
    rmSync(`${path}.replaced${suffix}`, { force: true })
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${path}.replaced${suffix}`)
  }
}
