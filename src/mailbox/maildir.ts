import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { systemError } from '../errors.ts'
import { Content } from './content.ts'
import { type StoredMessage, maxMessage } from './message.ts'

/**
 * Reads the messages of a Maildir: those in `new`, then those in `cur`, in the order of their names, which begin with the
 * time of delivery (D. J. Bernstein, "Using maildir format"). Nothing is moved or marked: what was read before is known by
 * its content. What is no regular file is passed over, symbolic links too: whoever may deliver here is not to choose files
 * elsewhere.
 *
 * @throws SealpostError SP_FILE_UNREADABLE
 */
export async function* readMaildir(path: string): AsyncGenerator<StoredMessage> {
  for (const folder of ['new', 'cur']) {
    const inner = `${path}/${folder}`
    // As octets: a name need not be text in any encoding.
    const names = await readdir(inner, { encoding: 'buffer' }).catch((error: unknown) => {
      throw systemError(error, inner, 'SP_FILE_UNREADABLE')
    })
    for (const name of names.toSorted((one, other) => Buffer.compare(one, other))) {
      // By Maildir's own rule, such names are no messages.
      if (name[0] === 0x2e) continue
      const message = await readEntry(Buffer.concat([Buffer.from(`${inner}/`), name]))
      if (message) yield message
    }
  }
}

async function readEntry(path: Buffer): Promise<StoredMessage | undefined> {
  let file: FileHandle
  try {
    // Without waiting: opening a FIFO would last until somebody writes to it.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // Moved or taken away by a mail program meanwhile (then it is found next time); or a link; or a socket.
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(code)) return undefined
    throw systemError(error, path.toString(), 'SP_FILE_UNREADABLE')
  }
  try {
    if (!(await file.stat()).isFile()) return undefined
    return { place: path.toString(), ...(await readBounded(file)) }
  } catch (error) {
    throw systemError(error, path.toString(), 'SP_FILE_UNREADABLE')
  } finally {
    await file.close()
  }
}

/** The whole file as one message. */
export async function readBounded(file: FileHandle): Promise<Pick<StoredMessage, 'content' | 'whole'>> {
  const content = new Content()
  const chunk = Buffer.alloc(256 * 1024)
  // One octet more than is kept shows that there is more.
  for (let at = 0; at <= maxMessage;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
    if (bytesRead === 0) break
    content.add(chunk.subarray(0, bytesRead))
    at += bytesRead
  }
  const { whole } = content
  return { content: content.take(), whole }
}
