import { createHash } from 'node:crypto'
import { readBytes } from './source.ts'

/**
 * SHA-256 of a list's file, hex.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readBytes(path, false)) hash.update(chunk)
  return hash.digest('hex')
}
