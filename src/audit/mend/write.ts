import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, copyFile, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SealpostError } from '../../errors.ts'
import { type Encoding, encodeText } from '../scan/index.ts'

/**
 * Puts a new text in the place of a file's, all or nothing, with the old one kept beside it. Mode and owner stay.
 *
 * @param before the text that the change was made from; a file that was changed meanwhile is left alone
 * @param kept the backup that a mend of the same file made before: it is the old file, and there is no other
 * @returns the path of the backup
 * @throws SealpostError SP_FILE_CHANGED, SP_FILE_UNWRITABLE
 */
export async function writeMended(
  named: string,
  before: string,
  after: string,
  encoding: Encoding = 'utf-8',
  kept?: string,
): Promise<string> {
  let path = named
  try {
    path = await realpath(named)
    if (!(await readFile(path)).equals(encodeText(before, encoding))) throw new SealpostError('SP_FILE_CHANGED', { where: path })
    const { mode, uid, gid } = await stat(path)
    const backup = kept ?? (await keep(path))
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

/**
 * Files that a web server runs or holds back by their ending. Under another one it hands them out to whoever asks, and
 * `wp-config.php.bak` is asked for every day: their copies have names that nobody can guess.
 */
const heldBack = /\.(?:php\d?|phtml|inc|module|install|config|cgi|pl|asp|aspx|cshtml|jsp)$/i

/** `settings.py.bak`, or with a number where that is taken; `wp-config.php.5f0c….bak`. */
async function keep(path: string): Promise<string> {
  const stem = heldBack.test(path) ? `${path}.${randomBytes(8).toString('hex')}` : path
  for (let number = 0; ; number++) {
    const backup = `${stem}.bak${number === 0 ? '' : `.${number}`}`
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
