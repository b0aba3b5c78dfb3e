import { open, stat } from 'node:fs/promises'
import { SealpostError, systemError } from '../errors.ts'
import { readBounded, readMaildir } from './maildir.ts'
import { isSeparator, readMbox } from './mbox.ts'
import type { StoredMessage } from './message.ts'

/**
 * Streams the messages of a mailbox: a folder is a Maildir, a file an mbox or, where it does not begin as one, a single
 * message. It is read and never written to.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE
 */
export async function* readMailbox(path: string): AsyncGenerator<StoredMessage> {
  if ((await requireMailbox(path)) === 'maildir') {
    yield* readMaildir(path)
    return
  }
  try {
    await using file = await open(path, 'r')
    const start = Buffer.alloc(1_000)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    const feed = start.subarray(0, bytesRead).indexOf(0x0a)
    if (feed >= 0 && isSeparator(start.subarray(0, feed + 1))) yield* readMbox(file, path)
    else if (bytesRead > 0) yield { place: path, ...(await readBounded(file)) }
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}

/**
 * Whether a path is a mailbox, asked before anything is read from the first of several.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE
 */
export async function requireMailbox(path: string): Promise<'maildir' | 'file'> {
  const facts = await stat(path).catch((error: unknown) => {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  })
  if (facts.isFile()) return 'file'
  if (!facts.isDirectory())
    throw new SealpostError('SP_FILE_UNREADABLE', { where: path, what: 'This is neither a file nor a folder' })
  for (const folder of ['new', 'cur']) {
    const inner = await stat(`${path}/${folder}`).catch(() => undefined)
    if (inner?.isDirectory()) continue
    throw new SealpostError('SP_FILE_UNREADABLE', {
      where: path,
      what: `The folder is no Maildir: it has no folder ${folder}`,
      next: 'Name the folder that new and cur are in, or an mbox file.',
    })
  }
  return 'maildir'
}
