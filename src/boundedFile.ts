import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { SealpostError, systemError } from './errors.ts'

/**
 * Reads a file that somebody named, or put where one is expected.
 *
 * @param path as it shall stand in errors
 * @param most octets that it may have
 * @returns undefined where it is longer
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, which is also what a folder or a pipe is
 */
export async function readBoundedFile(path: string, most: number): Promise<Buffer<ArrayBuffer> | undefined> {
  try {
    // A pipe that nobody writes to would be waited for without end; so it is opened, and refused below.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = await file.stat()
    if (!facts.isFile()) {
      const what = facts.isDirectory() ? 'This is a folder, not a file' : 'This is not a regular file'
      throw new SealpostError('SP_FILE_UNREADABLE', { where: path, what })
    }
    // One more than allowed: the size may have grown since it was asked, and nothing larger is ever held.
    const octets = Buffer.alloc(Math.min(facts.size, most) + 1)
    let length = 0
    while (length < octets.length) {
      const { bytesRead } = await file.read(octets, length, octets.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return length > most ? undefined : octets.subarray(0, length)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}
