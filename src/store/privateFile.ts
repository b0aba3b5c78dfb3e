import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { systemError } from '../errors.ts'

/**
 * Makes a file that its owner alone may read, before SQLite makes one that all may: its further files get the same mode. From
 * one that is there, whoever has nothing to do with it is kept away; what a group was given it keeps.
 *
 * @throws SealpostError SP_FILE_UNWRITABLE, SP_DISK_FULL
 */
export function makePrivate(path: string): void {
  try {
    const about = statSync(path, { throwIfNoEntry: false })
    if (!about) closeSync(openSync(path, 'a', 0o600))
    // Another user's file is for him to look after.
    else if ((about.mode & 0o007) !== 0 && about.isFile() && about.uid === process.getuid?.()) chmodSync(path, about.mode & 0o770)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNWRITABLE')
  }
}
