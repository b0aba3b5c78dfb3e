import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { visible } from '../escape.ts'

/**
 * The path of a file in the folder of the campaign, or below it: a template that came from elsewhere must not reach for
 * others, by way of ".." or of a link.
 *
 * @param campaign the campaign file
 * @param where the place that names it
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE with `where`
 */
export async function findBeside(campaign: string, name: string, where: string): Promise<string> {
  const shown = visible(name, 100)
  const outside = (): SealpostError =>
    new SealpostError('SP_FILE_UNREADABLE', {
      where,
      what: `${shown} is outside of the folder of the campaign`,
      next: 'Copy it into that folder.',
    })
  const folder = dirname(campaign)
  const path = join(folder, name)
  if (name.includes('\0') || isAbsolute(name) || name.split(/[\\/]/).includes('..')) throw outside()
  try {
    const [real, home] = await Promise.all([realpath(path), realpath(folder)])
    if (!real.startsWith(home === sep ? sep : home + sep)) throw outside()
    if (!(await stat(real)).isFile()) throw new SealpostError('SP_FILE_UNREADABLE', { where, what: `${shown} is no file` })
    return path
  } catch (error) {
    if (error instanceof SealpostError) throw error
    const { code } = systemError(error, where, 'SP_FILE_UNREADABLE')
    throw new SealpostError(code, { where, what: `${shown} is not there, or cannot be read`, cause: error })
  }
}

/** @throws SealpostError SP_FILE_UNREADABLE, SP_CAMPAIGN_INVALID for one larger than `most` octets */
export async function readOctets(path: string, most: number, where: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > most)
      throw new SealpostError('SP_CAMPAIGN_INVALID', {
        where,
        what: `With ${visible(path, 100)}, the files that travel with each message are larger than 20 MB`,
        next: 'Make them smaller, or put them on the web and write a link: many servers refuse more than 25 MB, base64 included.',
      })
    return await readFile(path)
  } catch (error) {
    throw systemError(error, where, 'SP_FILE_UNREADABLE')
  }
}
