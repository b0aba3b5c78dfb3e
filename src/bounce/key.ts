import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { writeWholeFile } from '../wholeFile.ts'

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
  await writeWholeFile(path, `${randomBytes(length).toString('hex')}\n`, 'stays')
  const key = await readReturnPathKey(folder)
  if (key) return key
  throw new SealpostError('SP_FILE_CHANGED', { where: path })
}
