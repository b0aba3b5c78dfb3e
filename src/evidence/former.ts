import { createHash, createPrivateKey, hash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { FileStore, checkpointPath, openCheckpoint } from '../tlog/index.ts'
import { writeWholeFile } from '../wholeFile.ts'
import type { SigningKeys } from './key.ts'
import type { ActLeaf } from './leaf/index.ts'
import { readLeaves } from './readLeaves.ts'
import type { Checkpoint } from './thread/protocol.ts'

/** The log that was kept before there was a tree: a file of lines, each with the hash of the one before. */
const formerName = 'log.jsonl'
const asideName = 'former.jsonl'

/** No line of it was longer; a longer one is somebody else's. */
const mostLine = 65_535

export interface FormerLog {
  /** It still stands where it was written. */
  readonly waiting: boolean
  /** The log says already what it was. */
  readonly recorded: boolean
  /** The checkpoint that is held is one of the former log, and stands in it. */
  readonly held: boolean
  /** What the act `former-log` says. */
  readonly detail: Readonly<Record<string, string | number>>
}

/**
 * The key of the former log goes on signing, where it can: an auditor's copy of its public half stays good.
 *
 * @param data the data folder
 */
export async function takeFormerKey(data: string): Promise<void> {
  const from = join(data, 'evidence', 'private.pem')
  const to = join(data, 'keys', 'evidence.pem')
  if (!existsSync(from)) return
  try {
    const pem = await readFile(from, 'utf8')
    if (!existsSync(to)) {
      if (!isEd25519(pem)) return
      await writeWholeFile(to, pem, 'stays')
    }
    // A second copy of a key is one more that can be lost.
    if ((await readFile(to, 'utf8')) === pem) await rm(from)
  } catch (error) {
    throw systemError(error, from, 'SP_FILE_UNREADABLE')
  }
}

/**
 * Looks for a log of the former format.
 *
 * @throws SealpostError SP_LOG_DAMAGED where the checkpoint that is held is of neither log
 */
export async function findFormerLog(
  data: string,
  keys: SigningKeys,
  held: Checkpoint | undefined,
): Promise<FormerLog | undefined> {
  const path = join(data, 'evidence', formerName)
  const recorded = await readFirstAct(data, keys)
  if (!existsSync(path)) {
    // A run that was killed has left the queue with what it remembered of the former log.
    const holds = held !== undefined && recorded?.detail['held'] === held.root
    return recorded && { waiting: false, recorded: true, held: holds, detail: recorded.detail }
  }
  const { found, ...detail } = await readFormer(path, held)
  const known = recorded?.detail['sha256'] === detail.sha256
  if (held && !found && !existsSync(join(data, 'evidence', checkpointPath))) {
    throw new SealpostError('SP_LOG_DAMAGED', {
      where: path,
      what: 'The evidence log was cut back or replaced since the last run',
    })
  }
  return {
    waiting: true,
    recorded: known,
    held: found,
    detail: found && held ? { ...detail, held: held.root } : detail,
  }
}

/** Gives it the name under which nobody takes it for the log. */
export async function setFormerLogAside(data: string): Promise<void> {
  const folder = join(data, 'evidence')
  const to = join(folder, asideName)
  if (existsSync(to)) throw new SealpostError('SP_FILE_EXISTS', { where: to, what: 'A former log was set aside before' })
  try {
    await rename(join(folder, formerName), to)
    await using directory = await open(folder, 'r')
    await directory.sync()
  } catch (error) {
    throw systemError(error, to, 'SP_FILE_UNWRITABLE')
  }
}

/** Its hash, its lines, and the hash of the last of them as the former format made it. */
async function readFormer(
  path: string,
  held: Checkpoint | undefined,
): Promise<{ readonly sha256: string; readonly lines: number; readonly head: string; readonly found: boolean }> {
  const sha256 = createHash('sha256')
  let [lines, last, rest, found] = [0, '', '', false]
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
      sha256.update(chunk as Buffer)
      const pieces = (rest + (chunk as Buffer).toString('latin1')).split('\n')
      rest = (pieces.pop() ?? '').slice(0, mostLine)
      for (const piece of pieces) {
        lines += 1
        last = piece
        found ||= held !== undefined && isCheckpoint(piece, held)
      }
    }
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  const head = hash('sha256', Buffer.from(`sealpost evidence v1 line\n${last}`, 'latin1'), 'hex')
  return { sha256: sha256.digest('hex'), lines, head, found }
}

/** The line of the former format that signed this size and head. */
function isCheckpoint(line: string, { size, root }: Checkpoint): boolean {
  return line.startsWith(`{"checkpoint":{"head":"${root}","size":${size},`)
}

async function readFirstAct(data: string, { origin, signer, former }: SigningKeys): Promise<ActLeaf | undefined> {
  const store = new FileStore(join(data, 'evidence'))
  const octets = await store.read(checkpointPath)
  const opened = octets && openCheckpoint(octets, { origin, logKeys: [signer.verifier, ...former] })
  // Whoever opens the log says what is wrong with it.
  if (opened?.kind !== 'opened' || opened.checkpoint.size === 0) return undefined
  const { size, root } = opened.checkpoint
  for await (const { leaf } of readLeaves(store, { size, root: Buffer.from(root).toString('hex') })) {
    return leaf.kind === 'act' && leaf.act === 'former-log' ? leaf : undefined
  }
  return undefined
}

function isEd25519(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}
