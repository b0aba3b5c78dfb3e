import { json } from '../escape.ts'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { logName, readLines } from '../evidence/index.ts'
import { type HeldCheckpoint, type Verification, fingerprint, readPublicKey, verifyLog } from '../evidence/verify/index.ts'
import { printCount, printNumber } from '../report/index.ts'
import { QueueReader } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'

export interface VerifyArguments {
  readonly json?: boolean
  readonly key?: string
  readonly checkpoint?: string
}

/** A verification with the key it was made with. */
export interface Verified {
  readonly verification: Verification
  readonly key: string
  /** The key came from the folder of the log, so somebody who changed both could not be told. */
  readonly ownKey: boolean
}

export async function runVerify(folder: string, given: VerifyArguments): Promise<Exit> {
  const held = given.checkpoint === undefined ? recallCheckpoint(folder) : parseCheckpoint(given.checkpoint)
  const verified = await verifyFolder(folder, given.key, held)
  const { verification } = verified
  if (given.json) process.stdout.write(`${json({ ...verification, key: verified.key, ownKey: verified.ownKey })}\n`)
  else process.stdout.write(`${describe(verified).join('\n')}\n`)
  const fine =
    verification.kind === 'intact' && verification.entries > 0 && verification.unsigned === 0 && verification.held !== false
  return fine ? exits.fine : exits.below
}

/**
 * Verifies the evidence log of a data folder.
 *
 * @throws SealpostError SP_LOG_MISSING, SP_KEY_INVALID
 */
export async function verifyFolder(folder: string, keyPath?: string, held?: HeldCheckpoint): Promise<Verified> {
  const log = join(folder, 'evidence', logName)
  const path = keyPath ?? join(folder, 'evidence', 'public.pem')
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (keyPath === undefined && missing) throw new SealpostError('SP_LOG_MISSING', { where: folder, cause: error })
    throw systemError(error, path)
  })
  const key = readPublicKey(pem, path)
  return { verification: await verifyLog(readLines(log), key, held), key: fingerprint(key), ownKey: keyPath === undefined }
}

function describe({ verification, key, ownKey }: Verified): readonly string[] {
  if (verification.kind === 'changed') {
    return [
      `CHANGED: the evidence log does not verify.`,
      `Line ${verification.line}: ${verification.why}.`,
      `What stands from that line on must not be relied on.`,
    ]
  }
  const { entries, checkpoints, recovered, unsigned, held, last } = verification
  const lines = [
    headline(entries, unsigned === 0 && held !== false),
    `${printCount(entries, 'entry', 'entries')}, ${printCount(checkpoints, 'signed checkpoint')}, the last of ${last?.time ?? 'no time: nothing was recorded yet'}.`,
    ...(last ? [`Checkpoint: ${last.size}:${last.head}`] : []),
    `Signing key (SHA-256): ${key}`,
  ]
  if (recovered > 0)
    lines.push(`${printNumber(recovered)} entries were signed by a later run: the one that wrote them had been stopped.`)
  if (unsigned > 0)
    lines.push(
      `The last ${printNumber(unsigned)} entries are not signed: the sender was stopped before it could. Its next run signs them with a note.`,
    )
  if (held === true) lines.push('The checkpoint that was kept is part of this log: nothing up to it was changed or removed.')
  if (held === false)
    lines.push('The checkpoint that was kept is NOT part of this log: it was rewritten or cut since, or it is another log.')
  if (ownKey)
    lines.push(
      'The key came from the same folder as the log. Compare it with one that you were given elsewhere (--key), or anyone could have made both.',
    )
  return lines
}

function headline(entries: number, whole: boolean): string {
  if (entries === 0) return 'EMPTY: there is nothing in the evidence log, so nothing is proven.'
  return whole ? 'INTACT: the evidence log verifies.' : 'NOT WHOLE: the entries are in order, but see below.'
}

/** What the queue beside the log remembers of it, where there is one: an auditor may have the log alone. */
function recallCheckpoint(folder: string): HeldCheckpoint | undefined {
  if (!existsSync(join(folder, 'queue.db'))) return undefined
  try {
    using store = QueueReader.open(folder)
    return store.checkpoint()
  } catch {
    // The queue may be of another version or damaged: that is no word on the log.
    return undefined
  }
}

function parseCheckpoint(text: string): HeldCheckpoint {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (!match)
    throw new SealpostError('SP_USAGE', {
      where: '--checkpoint',
      what: 'A checkpoint has the form SIZE:HASH, as sealpost verify prints it',
    })
  return { size: Number(match[1]), head: match[2] ?? '' }
}
