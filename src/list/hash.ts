import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { systemError } from '../errors.ts'

/**
 * SHA-256 of a list's file, hex.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  return hash.digest('hex')
}
