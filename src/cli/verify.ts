import { json, visible } from '../escape.ts'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import {
  type ActLeaf,
  type Checkpoint,
  type EvidenceVerification,
  type KeptCheckpoint,
  type LogTrust,
  fingerprint,
  readTrust,
  verifyFolder,
} from '../evidence/index.ts'
import { printCount } from '../report/index.ts'
import { QueueReader } from '../store/index.ts'
import { printVerifier } from '../tlog/index.ts'
import { exitOf } from './anchorReport.ts'
import { type Exit, exits } from './exit.ts'
import { logFailures } from './logFailures.ts'
import { type WitnessArguments, describeWitnesses, judgeFolder } from './verifyAnchors.ts'

export interface VerifyArguments extends WitnessArguments {
  readonly json?: boolean
  readonly key?: string
  readonly checkpoint?: readonly string[]
}

/** A verification with the keys it was made with. */
export interface Verified {
  readonly verification: EvidenceVerification
  /** SHA-256 of the key that signs now, hex. */
  readonly key: string
  /** The key came from the folder of the log, so somebody who changed both could not be told. */
  readonly ownKey: boolean
}

/** A signed checkpoint is far shorter, whoever else signed it. */
const mostCheckpointOctets = 1_000_000

export async function runVerify(path: string, given: VerifyArguments): Promise<Exit> {
  const named = given.checkpoint && (await Promise.all(given.checkpoint.map(readCheckpoint)))
  if (!existsSync(path))
    throw new SealpostError('SP_FILE_MISSING', {
      where: path,
      what: 'There is no such folder or file',
      next: 'Name the data folder of a campaign that was sent, or the file of a receipt.',
    })
  if (await isFile(path)) return (await import('./verifyReceipt.ts')).runVerifyReceipt(path, given, named ?? [])
  const folder = findData(path)
  const trust = await readTrust(folder, given.key)
  const kept = named ?? recallCheckpoint(folder)
  const verified = await verifyWith(folder, trust, kept)
  const { verification } = verified
  // What others said may be of a checkpoint that a former key signed.
  const known = verification.kind === 'intact' ? { origin: trust.origin, keys: verification.keys } : undefined
  const anchors = known && (await judgeFolder(folder, known, given))
  const told = {
    ...verification,
    ...(known ? { keys: known.keys.map(printVerifier) } : {}),
    key: verified.key,
    ownKey: verified.ownKey,
    ...(anchors ? { anchors } : {}),
  }
  const lines = [...describe(verified, named !== undefined), ...(anchors ? describeWitnesses(anchors) : [])]
  process.stdout.write(given.json ? `${json({ schema: 'sealpost/verify@1', ...told })}\n` : `${lines.join('\n')}\n`)
  if (verification.kind !== 'intact' || verification.checkpoint.size === 0 || !anchors) return exits.below
  return exitOf(anchors)
}

/**
 * Verifies the evidence log of a data folder with the keys beside it, and against what the queue remembers of it.
 *
 * @throws SealpostError SP_LOG_MISSING, SP_KEY_INVALID
 */
export async function verifyOwn(folder: string, held: Checkpoint | undefined, onAct?: (act: ActLeaf) => void): Promise<Verified> {
  return verifyWith(folder, await readTrust(folder), held ? [{ kind: 'told', ...held }] : [], onAct)
}

async function verifyWith(
  folder: string,
  trust: LogTrust,
  kept: readonly KeptCheckpoint[],
  onAct?: (act: ActLeaf) => void,
): Promise<Verified> {
  const verification = await verifyFolder(folder, trust, kept, onAct)
  const keys = verification.kind === 'intact' ? verification.keys : trust.keys
  return { verification, key: fingerprint(keys.at(-1) ?? trust.keys[0]), ownKey: trust.ownKeys }
}

/** @param named checkpoints that came another way; else they are what the queue beside the log remembers */
function describe({ verification, key, ownKey }: Verified, named: boolean): readonly string[] {
  if (verification.kind === 'failed') {
    const { failure, where, why } = verification
    return [
      `NOT VERIFIED: ${logFailures[failure]} (${failure})`,
      `${visible(where, 300)}: ${visible(why)}.`,
      'Nothing that stands in it must be relied on before it is known how this came about.',
    ]
  }
  const { checkpoint, keys, counts, last, kept, origin } = verification
  const { size, root } = checkpoint
  const lines = [
    size === 0
      ? 'EMPTY: there is nothing in the evidence log, so nothing is proven.'
      : 'INTACT: the evidence log verifies, from its first entry to the last.',
    `${printCount(size, 'entry', 'entries')}: ${printCount(counts.session, 'connection')}, ${printCount(counts.attempt, 'attempt')}, ${printCount(counts.act, 'act')}${last === null ? '' : `; the last of ${last}`}.`,
    `Log: ${visible(origin, 300)}`,
    `Checkpoint: ${size}:${root}`,
    `Signing key (SHA-256): ${key}`,
  ]
  if (keys.length > 1)
    lines.push(
      `The key was changed ${printCount(keys.length - 1, 'time')}; each former key signed for the next, so any of them will do for --key.`,
    )
  if (kept > 0 && !named)
    lines.push(
      'The queue in the same folder remembers a checkpoint, which is part of this log. Whoever changed both could not be told by that: name one that was kept elsewhere (--checkpoint).',
    )
  if (kept > 0 && named)
    lines.push(
      `${kept === 1 ? 'The checkpoint that was kept is' : 'The checkpoints that were kept are'} part of this log: nothing up to it was changed or removed.`,
    )
  if (ownKey)
    lines.push(
      'NO KEY WAS GIVEN: the one that was used came from the same folder as the log. Whoever made the log anew could have put it there. Get the key from the sender by another way, and name it with --key.',
    )
  return lines
}

/** @throws SealpostError SP_FILE_MISSING */
async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}

/** An auditor may have been given the folder `evidence` alone, and name that. */
function findData(path: string): string {
  const whole = resolve(path)
  return basename(whole) === 'evidence' && !existsSync(join(whole, 'evidence')) ? dirname(whole) : path
}

/** What the queue beside the log remembers of it, where there is one: an auditor may have the log alone. */
function recallCheckpoint(folder: string): readonly KeptCheckpoint[] {
  if (!existsSync(join(folder, 'queue.db'))) return []
  try {
    using store = QueueReader.open(folder)
    const held = store.checkpoint()
    return held ? [{ kind: 'told', ...held }] : []
  } catch {
    // The queue may be of another version or damaged: that is no word on the log.
    return []
  }
}

/** `SIZE:ROOT` as verify prints it, or the file of a signed checkpoint. */
async function readCheckpoint(text: string): Promise<KeptCheckpoint> {
  const [, size, root] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (root !== undefined) return { kind: 'told', size: Number(size), root }
  try {
    const about = await stat(text)
    if (about.isFile() && about.size <= mostCheckpointOctets) return { kind: 'signed', note: await readFile(text), where: text }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!missing) throw systemError(error, text, 'SP_FILE_UNREADABLE')
  }
  throw new SealpostError('SP_USAGE', {
    where: '--checkpoint',
    what: 'A checkpoint is SIZE:ROOT, as sealpost verify prints it, or the file of a signed one',
    next: 'Look whether it is written out in full (64 letters of ROOT), or whether the file is there.',
  })
}
