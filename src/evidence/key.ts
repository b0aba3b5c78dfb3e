import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { makeFolder } from '../folder.ts'
import { readPublicKey } from './verify/index.ts'

/**
 * The key that signs checkpoints. A pair is made where there is neither a log nor a key yet, and only there: a new key
 * beside an old log would make the log look changed.
 *
 * @throws SealpostError SP_KEY_MISSING, SP_KEY_INVALID
 */
export async function openSigningKey(folder: string, logPath: string): Promise<KeyObject> {
  const paths = { private: join(folder, 'private.pem'), public: join(folder, 'public.pem') }
  if (!existsSync(paths.private)) {
    if (existsSync(paths.public) || existsSync(logPath)) throw new SealpostError('SP_KEY_MISSING', { where: paths.private })
    await makePair(folder, paths)
  }
  const key = parseKey(await read(paths.private), paths.private)
  const own = readPublicKey(await read(paths.public), paths.public)
  if (!own.equals(createPublicKey(key))) {
    throw new SealpostError('SP_KEY_INVALID', {
      where: paths.public,
      what: 'The public key does not belong to private.pem beside it',
    })
  }
  return key
}

async function makePair(folder: string, paths: { readonly private: string; readonly public: string }): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  try {
    makeFolder(folder)
    await writeDurably(paths.public, publicKey.export({ type: 'spki', format: 'pem' }), 0o644)
    await writeDurably(paths.private, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
    // The names too are on the disk before anything is signed.
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
