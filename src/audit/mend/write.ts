import { constants } from 'node:fs'
import { type FileHandle, copyFile, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SealpostError } from '../../errors.ts'
import { type Encoding, encodeText } from '../scan/index.ts'

/**
 * Puts a new text in the place of a file's, all or nothing, with the old one kept beside it. Mode and owner stay.
 *
 * @param before the text that the change was made from; a file that was changed meanwhile is left alone
 * @returns the path of the backup
 * @throws SealpostError SP_FILE_CHANGED, SP_FILE_UNWRITABLE
 */
export async function writeMended(named: string, before: string, after: string, encoding: Encoding = 'utf-8'): Promise<string> {
  let path = named
  try {
    path = await realpath(named)
    if (!(await readFile(path)).equals(encodeText(before, encoding))) throw new SealpostError('SP_FILE_CHANGED', { where: path })
    const { mode, uid, gid } = await stat(path)
    const backup = await keep(path)
    const fresh = `${path}.${process.pid}.new`
    try {
      await writeWhole(fresh, encodeText(after, encoding), mode & 0o7777, uid, gid)
      await rename(fresh, path)
    } catch (error) {
      await unlink(fresh).catch(() => undefined)
      throw error
    }
    await syncFolder(dirname(path))
    return backup
  } catch (cause) {
    if (cause instanceof SealpostError) throw cause
    throw new SealpostError('SP_FILE_UNWRITABLE', { where: path, cause })
  }
}

async function writeWhole(path: string, bytes: Buffer, mode: number, uid: number, gid: number): Promise<void> {
  let file: FileHandle | undefined
  try {
    // It may hold a password: never wider open than the old one, not even for a moment.
    file = await open(path, 'wx', mode & 0o600)
    await file.writeFile(bytes)
    await file.chown(uid, gid).catch(() => undefined)
    await file.chmod(mode)
    await file.sync()
  } finally {
    await file?.close()
  }
}

/** `settings.py.bak`, or with a number where that is taken. */
async function keep(path: string): Promise<string> {
  for (let number = 0; ; number++) {
    const backup = `${path}.bak${number === 0 ? '' : `.${number}`}`
    try {
      await copyFile(path, backup, constants.COPYFILE_EXCL)
      return backup
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || number > 1000) throw error
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY)
  await folder.sync().catch(() => undefined)
  await folder.close()
}
