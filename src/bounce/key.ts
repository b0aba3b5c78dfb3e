import { randomBytes } from 'node:crypto'
import { link, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { makeFolder } from '../folder.ts'

/** In the data folder. Whoever has it can make bounces; when it is lost, those of messages sent before are not believed any more. */
export const keyName = 'returnpath.key'

const length = 32

/**
 * The key that signs return paths, made where there is none yet.
 *
 * @throws SealpostError SP_KEY_INVALID, SP_FILE_UNREADABLE, SP_FILE_UNWRITABLE, SP_DISK_FULL
 */
export async function openReturnPathKey(folder: string): Promise<Buffer> {
  return (await readReturnPathKey(folder)) ?? (await makeKey(folder))
}

/** The key, where there is one: who only reads bounces makes none. */
export async function readReturnPathKey(folder: string): Promise<Buffer | undefined> {
  const path = join(folder, keyName)
  try {
    const key = Buffer.from((await readFile(path, 'latin1')).trim(), 'hex')
    if (key.length === length) return key
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  throw new SealpostError('SP_KEY_INVALID', {
    where: path,
    what: 'This is not a key for return paths: 64 hexadecimal digits',
    next: 'Put it back from a copy, or move it away: bounces of what was sent with it are then not recognised any more.',
  })
}

async function makeKey(folder: string): Promise<Buffer> {
  const path = join(folder, keyName)
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  try {
    makeFolder(folder)
    {
      await using file = await open(draft, 'wx', 0o600)
      await file.writeFile(`${randomBytes(length).toString('hex')}\n`)
      await file.sync()
    }
    // Under its name it is whole from the start, and of two that make one at the same time the first stays.
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    })
    await unlink(draft)
    await using directory = await open(folder, 'r')
    await directory.sync()
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNWRITABLE')
  }
  const key = await readReturnPathKey(folder)
  if (key) return key
  throw new SealpostError('SP_FILE_CHANGED', { where: path })
}
