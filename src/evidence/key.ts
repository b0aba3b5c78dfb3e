import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'

/** The key that signs checkpoints, made at the first use; its file is readable by its owner alone. */
export async function openSigningKey(folder: string): Promise<KeyObject> {
  const path = join(folder, 'private.pem')
  const existing = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw systemError(error, path)
  })
  if (existing !== undefined) return parseKey(existing, path)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(folder, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    // `wx`: a second process that came first is not overwritten.
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw systemError(error, path)
  }
  return privateKey
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

export function publicKeyOf(key: KeyObject): KeyObject {
  return createPublicKey(key)
}
