import { type KeyObject, createPublicKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readBoundedFile } from '../boundedFile.ts'
import { SealpostError } from '../errors.ts'
import {
  FileStore,
  type Verifier,
  checkpointPath,
  makeVerifier,
  parseCheckpoint,
  parseNote,
  parseVerifier,
  verifyNote,
} from '../tlog/index.ts'
import { findHandovers } from './handover.ts'
import { parseKeyList, readKeyList } from './key/index.ts'

/** By whose word a log is verified. */
export interface LogTrust {
  readonly origin: string
  /** The oldest first: those that were given, and those that they handed over to. */
  readonly keys: readonly [Verifier, ...Verifier[]]
  /** The keys came from the folder of the log, so somebody who changed both could not be told. */
  readonly ownKeys: boolean
}

/**
 * The keys to verify the log of a data folder with.
 *
 * @param key a verifier key (`name+id+key`), or a file: of such keys, one a line, or of an Ed25519 public key in PEM. Any key that
 *   ever signed the log will do: those that it handed over to are found in the log. Without it, those beside the log
 * @throws SealpostError SP_LOG_MISSING, SP_KEY_INVALID, SP_FILE_MISSING
 */
export async function readTrust(data: string, key?: string): Promise<LogTrust> {
  const folder = join(data, 'evidence')
  // A list of keys alone is what a full disk leaves of a log that was to begin.
  if (!['tile', checkpointPath].some((name) => existsSync(join(folder, name)))) {
    throw new SealpostError('SP_LOG_MISSING', {
      where: data,
      ...(existsSync(join(folder, 'log.jsonl')) && {
        what: 'The evidence log here is of the former format',
        next: 'Run sealpost send or sealpost run once: it is recorded in the new one.',
      }),
    })
  }
  if (key === undefined) {
    const [first, ...others] = (await readKeyList(join(folder, 'keys'))) ?? []
    if (!first) throw new SealpostError('SP_LOG_MISSING', { where: join(folder, 'keys') })
    return { origin: first.name, keys: [first, ...others], ownKeys: true }
  }
  const named = key.includes('+') && !existsSync(key) ? parseVerifier(key) : undefined
  if (named?.kind === 'malformed') {
    throw new SealpostError('SP_KEY_INVALID', { where: '--key', what: `It is not the key of a log: ${named.why}` })
  }
  const given = named ? ([named] as const) : await readKeys(key, folder)
  return { origin: given[0].name, keys: [...given, ...(await follow(folder, given))], ownKeys: false }
}

/** Keys that those which are given handed over to, as far as the one that signs now. */
async function follow(folder: string, given: readonly [Verifier, ...Verifier[]]): Promise<readonly Verifier[]> {
  const reader = new FileStore(folder)
  const octets = await reader.read(checkpointPath)
  const note = octets && parseNote(octets)
  const checkpoint = note?.kind === 'note' ? parseCheckpoint(note.text) : undefined
  // Verifying tells what is wrong with it.
  if (note?.kind !== 'note' || checkpoint?.kind !== 'checkpoint') return []
  const { size, root } = checkpoint
  const head = { size, root: Buffer.from(root).toString('hex') }
  const last = given.at(-1) ?? given[0]
  const handovers = await findHandovers(reader, head, last, (keys) => verifyNote(note, [...given, ...keys]).kind !== 'unknown')
  return handovers.map(({ to }) => to)
}

/** As long as a list of keys beside a log may be. */
const mostKeyOctets = 4 << 20

/** What the checkpoint calls the log; some name where there is none to be read, which verifying tells. */
async function readOrigin(folder: string): Promise<string> {
  const octets = await new FileStore(folder).read(checkpointPath)
  const note = octets && parseNote(octets)
  const checkpoint = note?.kind === 'note' ? parseCheckpoint(note.text) : undefined
  const origin = checkpoint?.kind === 'checkpoint' ? checkpoint.origin : ''
  return /^[^\s+]{1,1000}$/.test(origin) ? origin : 'unknown'
}

/** A public key in PEM, which has no name: it is that of whatever log is here. Or a list of keys, as `evidence/keys` is. */
async function readKeys(path: string, folder: string): Promise<readonly [Verifier, ...Verifier[]]> {
  const octets = await readBoundedFile(path, mostKeyOctets)
  if (!octets) throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'It is longer than any list of keys' })
  const text = octets.toString()
  return text.includes('+') && !text.includes('-----BEGIN')
    ? parseKeyList(text, path)
    : [makeVerifier(await readOrigin(folder), 'note', readPublicKey(text, path))]
}

function readPublicKey(pem: string, path: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new SealpostError('SP_KEY_INVALID', { where: path, cause: error })
  }
  throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'The key is not of the kind Ed25519' })
}
