import { type KeyObject, createPrivateKey } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { SealpostError, systemError } from '../../errors.ts'
import { writeWholeFile } from '../../wholeFile.ts'
import { encryptPrivateKey } from './encrypt.ts'
import type { AskPassphrase } from './passphrase.ts'

/** One key in PEM has some hundred octets. */
const maxOctets = 10_000

/** A private key as it stands in its file. */
export interface PrivateKeyFile {
  readonly path: string
  readonly pem: string
  /** A passphrase opens it. */
  readonly encrypted: boolean
}

/**
 * Reads the file of a private key, not yet opened; undefined where there is none.
 *
 * @throws SealpostError SP_KEY_EXPOSED where others than its owner may read or write it; SP_KEY_INVALID, SP_FILE_UNREADABLE
 */
export async function readKeyFile(path: string): Promise<PrivateKeyFile | undefined> {
  try {
    // A pipe in its place would never open.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const about = await file.stat()
    if (!about.isFile()) throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'It is not a file' })
    if ((about.mode & 0o077) !== 0)
      throw new SealpostError('SP_KEY_EXPOSED', {
        where: path,
        next: `Run chmod 600 ${path}; if others may have read it, rotate the key.`,
      })
    const buffer = Buffer.alloc(maxOctets + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    if (bytesRead > maxOctets) throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'It is longer than any key' })
    const pem = buffer.toString('latin1', 0, bytesRead)
    return { path, pem, encrypted: pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}

/**
 * Opens a key: Ed25519 in PKCS #8.
 *
 * @param ask for the passphrase, where there is one
 * @throws SealpostError SP_PASSPHRASE_MISSING, SP_PASSPHRASE_WRONG, SP_KEY_INVALID; none quotes the file or the passphrase
 */
export async function openKeyFile({ path, pem, encrypted }: PrivateKeyFile, ask: AskPassphrase): Promise<KeyObject> {
  const passphrase = encrypted ? await ask() : undefined
  if (encrypted && passphrase === undefined) throw new SealpostError('SP_PASSPHRASE_MISSING', { where: path })
  let key: KeyObject
  try {
    key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase: Buffer.from(passphrase) })
  } catch {
    // The cause could quote the file: it is left out. A wrong passphrase and a damaged file look the same (AES-CBC).
    throw new SealpostError(encrypted ? 'SP_PASSPHRASE_WRONG' : 'SP_KEY_INVALID', { where: path })
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'The key is not of the kind Ed25519' })
}

/**
 * Writes a key, whole and on the disk, readable by its owner alone.
 *
 * @param passphrase encrypts it, where there is one
 * @param there what becomes of a file that is there
 */
export async function writeKeyFile(
  path: string,
  key: KeyObject,
  passphrase: string | undefined,
  there: 'stays' | 'is replaced',
): Promise<void> {
  const pem = passphrase === undefined ? String(key.export({ format: 'pem', type: 'pkcs8' })) : encryptPrivateKey(key, passphrase)
  await writeWholeFile(path, pem, there)
}
