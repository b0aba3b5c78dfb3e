import { type KeyObject, createPublicKey, hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import {
  FileStore,
  type Verifier,
  checkpointPath,
  makeVerifier,
  parseCheckpoint,
  parseNote,
  parseVerifier,
} from '../tlog/index.ts'
import { readKeyList } from './key.ts'

/** By whose word a log is verified. */
export interface LogTrust {
  readonly origin: string
  readonly keys: readonly [Verifier, ...Verifier[]]
  /** The keys came from the folder of the log, so somebody who changed both could not be told. */
  readonly ownKeys: boolean
}

/**
 * The keys to verify the log of a data folder with.
 *
 * @param key a verifier key (`name+id+key`) or the path of an Ed25519 public key in PEM; those beside the log without it
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
  if (named) return { origin: named.name, keys: [named], ownKeys: false }
  // A key in PEM has no name: it is that of whatever log is here.
  const origin = await readOrigin(folder)
  return { origin, keys: [makeVerifier(origin, 'note', await readPublicKey(key))], ownKeys: false }
}

/** SHA-256 of a key in DER, hex: what two people compare to know that they hold the same key. */
export function fingerprint({ key }: Verifier): string {
  return hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex')
}

/** What the checkpoint calls the log; some name where there is none to be read, which verifying tells. */
async function readOrigin(folder: string): Promise<string> {
  const octets = await new FileStore(folder).read(checkpointPath)
  const note = octets && parseNote(octets)
  const checkpoint = note?.kind === 'note' ? parseCheckpoint(note.text) : undefined
  const origin = checkpoint?.kind === 'checkpoint' ? checkpoint.origin : ''
  return /^[^\s+]{1,1000}$/.test(origin) ? origin : 'unknown'
}

async function readPublicKey(path: string): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  })
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new SealpostError('SP_KEY_INVALID', { where: path, cause: error })
  }
  throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'The key is not of the kind Ed25519' })
}
