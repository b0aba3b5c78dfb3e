import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { makeFolder } from '../folder.ts'
import { readPublicKey } from './verify/index.ts'

/**
 * The key that signs checkpoints. It is made where there is neither a log nor a key yet, and only there: a new key beside an
 * old log would make the log look changed. The public key follows from it, and is written where a crash came in between.
 *
 * @throws SealpostError SP_KEY_MISSING, SP_KEY_INVALID, SP_DISK_FULL
 */
export async function openSigningKey(folder: string, logPath: string): Promise<KeyObject> {
  const paths = { private: join(folder, 'private.pem'), public: join(folder, 'public.pem') }
  if (!existsSync(paths.private)) {
    if (existsSync(paths.public) || existsSync(logPath)) throw new SealpostError('SP_KEY_MISSING', { where: paths.private })
    const { privateKey } = generateKeyPairSync('ed25519')
    await writeWhole(folder, paths.private, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  }
  const key = parseKey(await read(paths.private), paths.private)
  const own = createPublicKey(key)
  if (!existsSync(paths.public)) await writeWhole(folder, paths.public, own.export({ type: 'spki', format: 'pem' }), 0o644)
  if (!readPublicKey(await read(paths.public), paths.public).equals(own)) {
    throw new SealpostError('SP_KEY_INVALID', {
      where: paths.public,
      what: 'The public key does not belong to private.pem beside it',
    })
  }
  return key
}

/** All of it or nothing: half a key, left by a full disk, would be in the way for ever. */
async function writeWhole(folder: string, path: string, content: string | Buffer, mode: number): Promise<void> {
  const draft = `${path}.new`
  try {
    makeFolder(folder)
    await rm(draft, { force: true })
    await writeDurably(draft, content, mode)
    await rename(draft, path)
    // The name too is on the disk before anything is signed.
    await using directory = await open(folder, 'r')
    await directory.sync()
  } catch (error) {
    throw systemError(error, folder)
  }
}

async function writeDurably(path: string, content: string | Buffer, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode)
  await file.writeFile(content)
  await file.sync()
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw systemError(error, path)
  })
}

function parseKey(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The cause could quote the key file: it is left out.
    throw new SealpostError('SP_KEY_INVALID', { where: path })
  }
  throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'The key is not of the kind Ed25519' })
}
