import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { SealpostError, systemError } from './errors.ts'
import { makeFolder } from './folder.ts'
import { openKeys, pathOfKeys } from './keys.ts'
import { writeWholeFile } from './wholeFile.ts'

/** How often, and after how many milliseconds each, it is asked whether another rotation is over: it takes a few. */
const patience = { tries: 200, everyMs: 50 } as const

/** SQLite's result code for what another has locked (sqlite.org/rescode.html). */
const busy = 5

/**
 * Adds a new key that signs from now on; what was signed before stays good. Of several that do so at once, each adds its own.
 *
 * @returns its number
 * @throws SealpostError SP_KEY_INVALID when all numbers were used, SP_STORE_IN_USE where another goes on for ten seconds, and
 * what `openKeys` throws
 */
export async function rotateKeys(data: string, name: string): Promise<number> {
  using _ = await lockKeys(data)
  const path = pathOfKeys(data, name)
  const { all, current } = await openKeys(data, name)
  if (current >= 255) throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'There is no number left for another key' })
  const lines = [...all].map(([number, key]) => `${number} ${Buffer.from(key).toString('hex')}\n`)
  const next = `${current + 1} ${randomBytes(32).toString('hex')}\n`
  await writeWholeFile(path, `${lines.join('')}${next}`, 'is replaced')
  return current + 1
}

/** A lock of the system's, by way of SQLite: it ends with the process that has it, however that ends. */
async function lockKeys(data: string): Promise<Disposable> {
  const path = join(dirname(pathOfKeys(data, '')), 'lock.db')
  makeFolder(dirname(path))
  for (let tries = 1; tries <= patience.tries; tries++) {
    const lock = tryLock(path)
    if (lock) return lock
    await setTimeout(patience.everyMs)
  }
  const what = 'Another process is adding a key, and is not done'
  throw new SealpostError('SP_STORE_IN_USE', { where: path, what, next: 'End it, and try again.' })
}

/** Undefined where another has it. */
function tryLock(path: string): Disposable | undefined {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    if (lock?.isOpen) lock.close()
    if (error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy) return undefined
    throw systemError(error, path, 'SP_FILE_UNWRITABLE')
  }
}
