import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { SealpostError, systemError } from './errors.ts'

/**
 * Makes a folder, and those above it, readable by its owner alone. One step at a time: Node's own recursive mkdir goes
 * round for ever below /proc, and calls a read-only disk a missing file.
 *
 * @throws SealpostError SP_FILE_UNWRITABLE, SP_DISK_FULL
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let at = path; !tryMake(at); at = dirname(at)) {
    missing.push(at)
    if (dirname(at) === at) throw new SealpostError('SP_FILE_UNWRITABLE', { where: path })
  }
  for (const at of missing.toReversed()) {
    if (!tryMake(at)) throw new SealpostError('SP_FILE_UNWRITABLE', { where: at, what: 'The folder cannot be made there' })
  }
}

/** False where the folder above is missing. */
function tryMake(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return false
    if (code !== 'EEXIST') throw systemError(error, path, 'SP_FILE_UNWRITABLE')
  }
  return true
}
