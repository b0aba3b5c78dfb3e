import { type KeyObject, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { writeWholeFile } from '../wholeFile.ts'

/** The key that a witness cosigns with, where there is one: Ed25519, PKCS #8 in PEM. @throws SealpostError SP_KEY_INVALID */
export async function readWitnessKey(data: string): Promise<KeyObject | undefined> {
  const path = pathOf(data)
  let pem: string
  try {
    pem = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The cause could quote the key file: it is left out.
  }
  throw new SealpostError('SP_KEY_INVALID', { where: path })
}

/** Makes one where there is none. Of two that make one at the same time, the first stays. */
export async function makeWitnessKey(data: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  await writeWholeFile(pathOf(data), privateKey, 'stays')
  const key = await readWitnessKey(data)
  if (key) return key
  throw new SealpostError('SP_FILE_CHANGED', { where: pathOf(data) })
}

function pathOf(data: string): string {
  return join(data, 'keys', 'witness.pem')
}
