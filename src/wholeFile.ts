import { randomBytes } from 'node:crypto'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemError } from './errors.ts'
import { makeFolder } from './folder.ts'

/**
 * Writes a file that its owner alone may read, so that it is whole under its name from the start, and on the disk. Its folder
 * is made where it is missing.
 *
 * @param there what becomes of a file that is there: with `stays`, of two that make one at the same time the first stays
 * @throws SealpostError SP_FILE_UNWRITABLE, SP_DISK_FULL
 */
export async function writeWholeFile(path: string, content: string | Uint8Array, there: 'stays' | 'is replaced'): Promise<void> {
  const folder = dirname(path)
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  try {
    makeFolder(folder)
    {
      await using file = await open(draft, 'wx', 0o600)
      await file.writeFile(content)
      await file.sync()
    }
    if (there === 'is replaced') await rename(draft, path)
    else {
      await link(draft, path).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      })
      await unlink(draft)
    }
    await using directory = await open(folder, 'r')
    await directory.sync()
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNWRITABLE')
  }
}
